import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkCustomerPackages, CUSTOMER_PACKAGES, imports } from './customer-packages.ts';
import { checkLockFile } from './lock-file.ts';

/** Writes a small workspace of one library. */
function workspace(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-checks-'));
  const all = { 'package.json': { workspaces: ['libs/*'] }, 'libs/a/package.json': {}, ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

describe('a package of the customer’s list', () => {
  const dependencies = Object.fromEntries(CUSTOMER_PACKAGES.map((name) => [name, '1.0.0']));
  const root = {
    workspaces: ['libs/*'],
    scripts: { test: 'node node_modules/jest/bin/jest.js' },
    devDependencies: { jest: '30' },
  };
  const uses = CUSTOMER_PACKAGES.map((name) => `import x from '${name}';`).join('\n');

  it('is well where it is declared and imported', () => {
    const files = { 'package.json': root, 'libs/a/package.json': { dependencies }, 'libs/a/src/a.ts': uses };
    expect(checkCustomerPackages(workspace(files))).toEqual([]);
  });

  it('is missed where nobody declares it', () => {
    expect(checkCustomerPackages(workspace({ 'package.json': root }))).toContain('nats is declared in no package.json');
  });

  it('is missed where another package than the one that declares it imports it', () => {
    const files = {
      'package.json': root,
      'libs/a/package.json': { dependencies },
      'libs/b/package.json': {},
      'libs/b/src/b.ts': uses,
      'libs/a/dist/a.js': uses,
    };
    expect(checkCustomerPackages(workspace(files))).toContain('pg is declared in libs/a and used nowhere there');
  });

  it.each([
    ["import pg from 'pg';", true],
    ["import { Pool } from 'pg';", true],
    ["import {\n  Pool,\n} from 'pg';", true],
    ["import 'pg';", true],
    ["import Cursor from 'pg/lib/cursor.js';", true],
    ["const { default: pg } = await import('pg');", true],
    ["export { Pool } from 'pg';", true],
    ["import type { Pool } from 'pg';", false],
    ["import { from } from 'pg-copy-streams';", false],
    ["// we do without import of 'pg' here", false],
    ["const text = 'pg';", false],
  ])('counts %j as used: %s', (source, isUsed) => {
    expect(imports(source, 'pg')).toBe(isUsed);
  });
});

describe('a lock file', () => {
  const complete = {
    packages: {
      '': { workspaces: ['libs/*'] },
      'libs/a': { dependencies: { swc: '1.0.0' } },
      'node_modules/swc': { version: '1.0.0', optionalDependencies: { 'swc-linux': '1.0.0' } },
      'node_modules/swc-linux': { version: '1.0.0' },
    },
  };
  const manifest = { dependencies: { swc: '1.0.0' } };

  it('is complete when every platform package is in it', () => {
    expect(checkLockFile(workspace({ 'package-lock.json': complete, 'libs/a/package.json': manifest }))).toEqual([]);
  });

  it('is not complete when the registry lacked one', () => {
    const packages = Object.fromEntries(
      Object.entries(complete.packages).filter(([path]) => !path.endsWith('swc-linux')),
    );
    const root = workspace({ 'package-lock.json': { packages }, 'libs/a/package.json': manifest });
    expect(checkLockFile(root)).toEqual(['swc@1.0.0 lacks swc-linux']);
  });

  it('asks for what the package.json files ask for', () => {
    const root = workspace({
      'package-lock.json': complete,
      'libs/a/package.json': { dependencies: { swc: '1.0.1' } },
    });
    expect(checkLockFile(root)).toEqual(['libs/a: package.json and package-lock.json ask for different things']);
  });
});

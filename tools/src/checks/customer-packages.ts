import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredBy, readWorkspace, sourcesOf } from './workspace.ts';

/** The packages that the customer's brief names. */
export const CUSTOMER_PACKAGES = [
  'nats',
  '@nestjs/core',
  '@nestjs/microservices',
  'typeorm',
  'pg',
  'opossum',
  'ajv',
  'jest',
] as const;

/** Jest is used by being run: its globals need no import. */
const RUNNER = 'jest';

/**
 * Returns what is wrong: a package of the customer's list that no package.json declares, or that nothing which declares
 * it really uses. An import of types alone is no use, for it leaves nothing behind at run time.
 */
export function checkCustomerPackages(root: string): readonly string[] {
  const workspace = readWorkspace(root);
  const folders = workspace.map(({ folder }) => folder).filter((folder) => folder !== '');
  return CUSTOMER_PACKAGES.flatMap((name) => {
    const declaring = workspace.filter(({ manifest }) => name in declaredBy(manifest));
    if (declaring.length === 0) return [`${name} is declared in no package.json`];
    const isUsed = declaring.some(({ folder, manifest }) =>
      name === RUNNER
        ? Object.values(manifest.scripts ?? {}).some((script) => script.includes('node_modules/jest/'))
        : sourcesOf(root, folder, folders).some((file) => imports(readFileSync(join(root, file), 'utf8'), name)),
    );
    return isUsed
      ? []
      : [
          `${name} is declared in ${declaring.map(({ folder }) => folder || 'the root').join(', ')} and used nowhere there`,
        ];
  });
}

/** Whether a source imports the package, or a part of it, for its values. */
export function imports(source: string, name: string): boolean {
  const from = `['"]${name.replace(/[/.]/g, '\\$&')}(?:/[^'"]*)?['"]`;
  const statically = new RegExp(`^\\s*(?:import|export)\\s+(?!type\\b)(?:[^'";]*?\\sfrom\\s+)?${from}`, 'm');
  const dynamically = new RegExp(`\\b(?:import|require)\\(\\s*${from}\\s*\\)`);
  return statically.test(source) || dynamically.test(source);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredBy, readWorkspace, type Manifest } from './workspace.ts';

type Locked = Manifest & { readonly version?: string; readonly peerDependencies?: Readonly<Record<string, string>> };
type LockFile = { readonly packages: Readonly<Record<string, Locked>> };

/**
 * Returns what is wrong with package-lock.json. A registry may lack platform packages of a newest version: then
 * `npm install` succeeds here and leaves them out, and `npm ci` fails for whoever comes next.
 */
export function checkLockFile(root: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  return [...missingOptionals(packages), ...differences(root, packages)];
}

function missingOptionals(packages: LockFile['packages']): readonly string[] {
  const known = new Set(Object.keys(packages).map(nameOf));
  return Object.entries(packages).flatMap(([path, { version, optionalDependencies = {} }]) => {
    const missing = Object.keys(optionalDependencies).filter((name) => !known.has(name));
    return missing.length === 0 ? [] : [`${nameOf(path)}@${version ?? '?'} lacks ${missing.join(', ')}`];
  });
}

const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

function differences(root: string, packages: LockFile['packages']): readonly string[] {
  return readWorkspace(root).flatMap(({ folder, manifest }) => {
    const asked = sorted(declaredBy(manifest));
    const locked = sorted(declaredBy(packages[folder] ?? {}));
    return asked === locked
      ? []
      : [`${folder === '' ? 'the root' : folder}: package.json and package-lock.json ask for different things`];
  });
}

const sorted = (versions: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(versions).sort());

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The part of a package.json that says what it needs. */
export type Manifest = {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** A package of this workspace: where it is, relative to the root ('' is the root itself), and what it declares. */
export type WorkspacePackage = { readonly folder: string; readonly manifest: Manifest };

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Reads the root's package and those of all its workspaces, the root first. */
export function readWorkspace(root: string): readonly WorkspacePackage[] {
  const manifest = readJson(join(root, 'package.json')) as Manifest;
  const folders = (manifest.workspaces ?? []).flatMap((pattern) =>
    pattern.endsWith('/*') ? foldersIn(root, pattern.slice(0, -2)) : [pattern],
  );
  const members = folders.map((folder) => ({
    folder,
    manifest: readJson(join(root, folder, 'package.json')) as Manifest,
  }));
  return [{ folder: '', manifest }, ...members];
}

const foldersIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

/** Everything that a package declares, for whatever purpose. */
export const declaredBy = ({
  dependencies,
  devDependencies,
  optionalDependencies,
}: Manifest): Readonly<Record<string, string>> => ({
  ...dependencies,
  ...devDependencies,
  ...optionalDependencies,
});

const SOURCE = /\.(?:ts|mts|mjs|js)$/;
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage']);

/** The source files of one package, relative to the root, without those of packages below it. */
export function sourcesOf(root: string, folder: string, others: readonly string[]): readonly string[] {
  const walk = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isFile()) return SOURCE.test(entry.name) ? [relative(root, path)] : [];
      const isOpen = entry.isDirectory() && !entry.name.startsWith('.') && !NOT_OURS.has(entry.name);
      return isOpen && !others.includes(relative(root, path)) ? walk(path) : [];
    });
  return walk(join(root, folder));
}

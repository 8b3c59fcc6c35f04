import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Somebody else's program, at one of its releases. */
export type GoTool = { readonly name: string; readonly module: string; readonly version: string };

const BUILT_WITHIN_MS = 300_000;

/** Beside whatever else is fetched once and kept, so that `npm run reset` and a fresh checkout forget it. */
const CACHE = resolve(import.meta.dirname, '../../../.tocsin/tools');

const run = promisify(execFile);

/** Go, where it is on the path or in the place that its own instructions name. */
const goIn = (path: string | undefined): string | null =>
  [...(path ?? '').split(':'), '/usr/local/go/bin'].map((folder) => join(folder, 'go')).find(existsSync) ?? null;

/** Somebody else's program, built from its release and kept; or the reason why it cannot be had here. */
export async function findGoTool({
  name,
  module,
  version,
}: GoTool): Promise<{ readonly path: string } | { readonly because: string }> {
  const path = join(CACHE, `${name}-${version}`);
  if (existsSync(path)) return { path };
  const go = goIn(process.env['PATH']);
  if (go === null) return { because: 'there is no Go to build it with' };
  const GOBIN = join(CACHE, `${name}-build-${process.pid}`);
  mkdirSync(GOBIN, { recursive: true });
  try {
    await run(go, ['install', `${module}@${version}`], { env: { ...process.env, GOBIN }, timeout: BUILT_WITHIN_MS });
  } catch (error) {
    return { because: `Go could not build it: ${String(error).split('\n')[0] ?? ''}` };
  }
  renameSync(join(GOBIN, name), path);
  return { path };
}

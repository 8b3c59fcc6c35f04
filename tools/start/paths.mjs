import { join, resolve } from 'node:path';

/** The folder of the workspace. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What is fetched once for this clone, whatever becomes of the data. */
export const CACHE = join(ROOT, '.tocsin');

/** Everything that a run leaves behind, and what `npm run reset` forgets. */
export const DATA = resolve(process.env.TOCSIN_DATA ?? join(ROOT, '.tocsin'));

export const RUN_FILE = join(DATA, 'run.json');
export const LOGS = join(DATA, 'logs');

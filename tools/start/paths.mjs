import { join, resolve } from 'node:path';

/** The folder of the workspace. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What is fetched once for this clone, whatever becomes of the data. */
export const CACHE = join(ROOT, '.tocsin');

/** Whether the clock is the wall's, and real providers are asked, instead of a history that is played. */
export const IS_LIVE = process.argv.includes('--live');

/** Everything that a run leaves behind, and what `npm run reset` forgets. Played time and real time never share a log. */
export const DATA = resolve(process.env.TOCSIN_DATA ?? join(ROOT, IS_LIVE ? '.tocsin-live' : '.tocsin'));

export const RUN_FILE = join(DATA, 'run.json');
export const LOGS = join(DATA, 'logs');

/** A file for each secret of a channel that somebody made; nobody else reads them. */
export const SECRETS = join(DATA, 'secrets');

import './start/node-version.mjs';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { forget } from '../libs/local-servers/src/index.mjs';
import { DATA } from './start/paths.mjs';
import { takeRunFile } from './start/run-file.mjs';
import { CannotStart, say } from './start/say.mjs';

/** A nats-server that was fetched is no memory. */
const KEPT = new Set(['bin']);

try {
  if (existsSync(DATA)) {
    await takeRunFile();
    for (const name of readdirSync(DATA)) if (!KEPT.has(name)) forget(join(DATA, name));
  }
  say(`Everything in ${DATA} is forgotten.`);
  for (const name of ['NATS_URL', 'DATABASE_URL']) {
    if (process.env[name]) say(`What ${name} leads to is not ours and stays as it is.`);
  }
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * Holds the stopped services against their own log: every journalled event is in the log once, every entity folds to the
 * state that was stored, every read model equals a fold of its own. Says what was compared; returns whether all agreed.
 */
export function verify({ nats, postgres }, say) {
  const env = { ...process.env, NATS_URL: nats.url, DATABASE_URL: postgres.url };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'tools/dist/src/verify.js')],
      { cwd: ROOT, env },
      (error, output, complaints) => {
        say(`verified: ${(output || complaints || error?.message || '').trim()}`);
        resolve(error === null);
      },
    );
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliConfig } from '../config.ts';
import { UsageFault } from '../usage-fault.ts';
import { Api } from './api.ts';

/** Finds the API that is meant: the one of the settings, else that of the `npm start` which runs on the data folder. */
export function findApi({ TOCSIN_URL, TOCSIN_DATA, TOCSIN_TENANT }: CliConfig): Api {
  const url = TOCSIN_URL ?? readRun(join(TOCSIN_DATA, 'run.json'));
  if (url !== null) return new Api(url, TOCSIN_TENANT);
  throw new UsageFault(
    `nothing runs on ${TOCSIN_DATA}, and TOCSIN_URL is not set; npm start runs a stack, TOCSIN_DATA names the folder ` +
      'of one, and TOCSIN_URL the API of any other, such as http://127.0.0.1:8080',
  );
}

/** Where a running `npm start` has its API; null before it is open, and where there is none. */
function readRun(file: string): string | null {
  try {
    const run: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof run === 'object' && run !== null && 'api' in run && typeof run.api === 'string' ? run.api : null;
  } catch {
    return null; // There is none, or it is being written.
  }
}

import type { SecretRef } from '@tocsin/contracts';
import { epochMs } from '@tocsin/domain-kit';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from './secrets.ts';

/** A key, a token or an address; more is something else. */
const BYTES_MAX = 8 * 1024;

/** The secrets of one channel as they lie there now, or why they cannot be had. */
export type Found = { readonly secrets: readonly Secret[] } | { readonly because: string };

/** The directory whose files hold secrets. Names of files come from requests; their pattern leaves no way out of it. */
export class SecretsDirectory {
  /** @param directory null where none is set; then no channel that needs a secret opens. */
  constructor(private readonly directory: string | null) {}

  /** Reads every secret that is named. What cannot be read is said by the name of the file, never by what is in it. */
  async read(refs: readonly SecretRef[]): Promise<Found> {
    if (refs.length === 0) return { secrets: [] };
    if (this.directory === null) return { because: 'SECRETS_DIRECTORY is not set, so there are no secrets' };
    const secrets: Secret[] = [];
    for (const { ref, until } of refs) {
      const text = await read(join(this.directory, ref));
      if (text === null) return { because: `the secret '${ref}' cannot be read` };
      if (text === '') return { because: `the secret '${ref}' is empty, or longer than ${BYTES_MAX} bytes` };
      secrets.push({ text, untilMs: until === null ? null : epochMs(until) });
    }
    return { secrets };
  }
}

/** The text of a file without the blanks around it; nothing where it is too long, null where it cannot be read. */
async function read(path: string): Promise<string | null> {
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(BYTES_MAX + 1), 0, BYTES_MAX + 1, 0);
      return bytesRead > BYTES_MAX ? '' : buffer.subarray(0, bytesRead).toString('utf8').trim();
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What became of a secret: kept under a name of its own, in the way of another one, or homeless. */
export type Kept =
  | { readonly kind: 'kept'; readonly ref: string; readonly isNew: boolean }
  | { readonly kind: 'key-taken' }
  | { readonly kind: 'nowhere' };

/** Whose secret it is, and what for. */
type Owner = { readonly tenant: string; readonly channelId: string };

/**
 * Where secrets are kept that come in by the API: a file each, readable by nobody else, beside those that an operator
 * has put there. Only the name of the file goes on from here, into requests and facts.
 */
export class SecretFiles {
  /** @param directory null where none is set; then nothing can be kept. */
  constructor(private readonly directory: string | null) {}

  /**
   * Writes a secret down. Under the caller's own name for a request it is the same file again, so that the same request
   * stays the same. Its name begins with its tenant, whose channels alone may name it, and says nothing of what is in it.
   */
  async keep(secret: string, { tenant, channelId }: Owner, key: string | null): Promise<Kept> {
    if (this.directory === null) return { kind: 'nowhere' };
    const ref = `${tenant}.${key === null ? randomUUID() : nameUnder(key, `${tenant}/${channelId}`)}`;
    const file = join(this.directory, ref);
    try {
      await writeFile(file, secret, { flag: 'wx', mode: 0o600 });
      return { kind: 'kept', ref, isNew: true };
    } catch (error) {
      if (!isThere(error)) throw error;
      const isSame = (await readFile(file, 'utf8')) === secret;
      return isSame ? { kind: 'kept', ref, isNew: false } : { kind: 'key-taken' };
    }
  }

  /** Takes away what was kept for a request that came to nothing. */
  async forget({ ref, isNew }: { readonly ref: string; readonly isNew: boolean }): Promise<void> {
    if (isNew && this.directory !== null) await rm(join(this.directory, ref), { force: true });
  }
}

const nameUnder = (key: string, purpose: string): string =>
  createHash('sha256').update(`secret|${purpose}|${key}`).digest('hex').slice(0, 32);

const isThere = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';

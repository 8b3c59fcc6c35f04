import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretFiles } from './secret-files.ts';

describe('the files of secrets', () => {
  let directory: string;
  let files: SecretFiles;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
    files = new SecretFiles(directory);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('keep a secret to whoever runs the services, under a name that tells nothing', async () => {
    const kept = await files.keep('whsec_c2VjcmV0', { tenant: 'acme', channelId: 'desk' }, null);
    if (kept.kind !== 'kept') throw new Error('it is kept');
    expect(kept.ref).toMatch(/^acme\.[0-9a-f-]{36}$/);
    expect(readFileSync(join(directory, kept.ref), 'utf8')).toBe('whsec_c2VjcmV0');
    expect(statSync(join(directory, kept.ref)).mode & 0o777).toBe(0o600);
    await files.forget(kept);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('are the same for the same request, and for no other', async () => {
    const first = await files.keep('one', { tenant: 'acme', channelId: 'desk' }, 'key-1');
    const again = await files.keep('one', { tenant: 'acme', channelId: 'desk' }, 'key-1');
    expect(again).toEqual({ ...first, isNew: false });
    expect(await files.keep('two', { tenant: 'acme', channelId: 'desk' }, 'key-1')).toEqual({ kind: 'key-taken' });
    expect(await files.keep('two', { tenant: 'acme', channelId: 'other' }, 'key-1')).toMatchObject({
      kind: 'kept',
      isNew: true,
    });
    if (again.kind === 'kept') await files.forget(again);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('are nowhere without a directory', async () => {
    expect(await new SecretFiles(null).keep('one', { tenant: 'acme', channelId: 'desk' }, null)).toEqual({
      kind: 'nowhere',
    });
  });
});

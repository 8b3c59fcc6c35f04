import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamOf } from '@tocsin/contracts';
import { startNats } from '@tocsin/local-servers';
import { Ground } from './ground.ts';

type Varz = { readonly jetstream: { readonly config: { readonly sync_always?: boolean } } };

/** What the server of this run must be able to do: `npm run test:both-servers` runs everything here on two of them. */
describe('the nats-server under these tests', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.open();
  });
  afterAll(() => ground.close());

  const versionAsked = process.env['TOCSIN_NATS_VERSION'] ?? '';
  const isCurrent = !versionAsked.startsWith('2.9.');

  it('is the one that was found for this run', async () => {
    const { nats } = await ground.manager();
    expect(nats.info?.version).toBe(versionAsked);
  });

  it('compresses what it keeps, where it can', async () => {
    const { manager } = await ground.manager();
    for (const stream of [streamOf('ingestion'), 'CMD_ESCALATION']) {
      const { config } = await manager.streams.info(stream);
      expect([stream, config.compression]).toEqual([stream, isCurrent ? 's2' : undefined]);
    }
  });

  it('has a message on the disk before it acknowledges it, where it is asked to and can', async () => {
    const dir = join(ground.dataDirectory, 'synced');
    const server = await startNats({ dir, sync: 'always', config: 'http: "127.0.0.1:-1"' });
    try {
      const { jetstream } = await varzOf(dir);
      expect(jetstream.config.sync_always ?? false).toBe(isCurrent);
    } finally {
      await server.stop();
    }
  });
});

/** What a server says of itself, over the port that it chose for that. */
async function varzOf(dir: string): Promise<Varz> {
  const name = (await readdir(dir)).find((file) => file.endsWith('.ports'));
  const { monitoring } = JSON.parse(await readFile(join(dir, name ?? ''), 'utf8')) as { monitoring: readonly string[] };
  return (await (await fetch(`${monitoring[0] ?? ''}/varz`)).json()) as Varz;
}

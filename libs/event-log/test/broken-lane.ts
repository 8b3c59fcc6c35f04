import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import { tendJournal } from '../src/journal/archive.ts';
import { laneStream } from '../src/lane/stream-config.ts';
import type { Database } from '../src/index.ts';
import { Ground, tick } from './ground.ts';
import { until } from './until.ts';

const HOUR_MS = 3_600_000;

/** A message as it stands in a stream, to be put into another one. */
export type RawMessage = { readonly subject: string; readonly headers: MsgHdrs; readonly body: Uint8Array };

/** Says `count` ticks after those that were said before, waits until the log has them, and leaves. */
export async function speak(ground: Ground, count: number, from = 1): Promise<void> {
  const database = ground.database('ingestion');
  const log = await ground.speaker();
  for (let number = from; number < from + count; number += 500) {
    const left = Math.min(500, from + count - number);
    await log.perform(Array.from({ length: left }, (_, index) => tick(number + index)));
  }
  await until('all is recorded', async () => (await laneRow(database)).published === from + count - 1);
  await log.close();
}

export async function laneRow(
  database: Database,
): Promise<{ readonly lane_id: string; readonly position: number; readonly published: number; holder: string | null }> {
  const { rows } = await database.query<{
    lane_id: string;
    position: number;
    published: number;
    holder: string | null;
  }>('SELECT lane_id, position, published, holder FROM lane');
  const [row] = rows;
  if (row === undefined) throw new Error('the set-up makes a lane');
  return row;
}

/**
 * Puts another stream in the place of a lane's, as an older server or somebody with all rights could have left it.
 * `change` gives what stands at each position; null leaves a hole there.
 */
export async function rewriteStream(
  ground: Ground,
  service: ServiceName,
  change: (messages: readonly RawMessage[]) => readonly (RawMessage | null)[],
): Promise<void> {
  const { nats, manager } = await ground.manager();
  const stream = streamOf(service);
  const { state } = await manager.streams.info(stream);
  const messages: RawMessage[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message !== null) messages.push({ subject: message.subject, headers: message.header, body: message.data });
  }
  await manager.streams.delete(stream);
  const { lane_id: laneId } = await laneRow(ground.database(service));
  const settings = { replicas: 1, serverVersion: nats.info?.version ?? '0.0.0' } as const;
  const config = laneStream(service, laneId, settings);
  await manager.streams.add({ ...config, deny_delete: false });
  for (const message of change(messages)) {
    const { subject, headers, body } = message ?? { subject: `evt.${service}.hole`, headers: undefined, body: '' };
    const { seq } = await jetstream(nats).publish(subject, body, headers === undefined ? {} : { headers });
    if (message === null) await manager.streams.deleteMessage(stream, seq);
  }
  await manager.streams.update(stream, config);
}

/** Lets everything that is published leave the journal for files in `directory`. */
export const archiveAll = (database: Database, directory: string): Promise<readonly string[]> =>
  tendJournal(database, { directory, keepMs: HOUR_MS }, Date.now() + 5 * HOUR_MS);

/** Changes one byte of a stored message where it lies on the disk of a server that has stopped. */
export async function flipByteOnDisk(ground: Ground, service: ServiceName, within: string): Promise<void> {
  await ground.nats.stop();
  const store = join(ground.dataDirectory, 'nats');
  for (const name of await readdir(store, { recursive: true })) {
    if (!name.includes(streamOf(service)) || !name.endsWith('.blk')) continue;
    const file = join(store, name);
    const bytes = await readFile(file);
    const at = bytes.indexOf(within);
    if (at < 0) continue;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await ground.restartNats();
    return;
  }
  throw new Error(`no block of ${streamOf(service)} holds '${within}'`);
}

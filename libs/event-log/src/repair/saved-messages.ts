import { mkdir, rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { streamOf } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import { countArchive, verifyArchive, writeArchive } from '../journal/archive.ts';
import type { NumberedEntry } from '../journal/journal.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import type { LaneAccess } from './lane-access.ts';
import type { LaneHold } from './lane-hold.ts';
import { entryOf, isPublished, readLogged } from './logged-messages.ts';
import { soundLane, type SoundPosition } from './sound-lane.ts';

export type SavingOptions = LaneAccess & {
  readonly lane: LaneRow;
  readonly archives: readonly string[];
  readonly directory: string;
};

/** Saves every message of the stream that the rebuilt one will not hold, in the format of the archive. */
export async function saveSetAside(options: SavingOptions, expected: number): Promise<string> {
  const file = await fileFor(options, 'set-aside');
  await writeArchive(`${file}.part`, setAside(options));
  const saved = await countArchive(`${file}.part`);
  assert(saved === expected, `${file} holds the ${expected} messages that are set aside, not ${saved}`);
  await rename(`${file}.part`, file);
  return file;
}

async function* setAside(options: SavingOptions): AsyncGenerator<NumberedEntry> {
  const { service, nats, lane } = options;
  for await (const { entry, logged } of positionsOf(options))
    if (logged !== null && !isPublished(lane.lane_id, entry, logged)) yield entryOf(logged);
  for await (const batch of readLogged(nats, streamOf(service), lane.position + 1)) yield* batch.map(entryOf);
}

/**
 * Saves the facts that nobody but the log keeps, and records the file as an archive: from then on this repair, or the
 * one that goes on after it was killed, finds them there.
 */
export async function archiveOnlyLogged(options: SavingOptions, hold: LaneHold): Promise<string> {
  const file = await fileFor(options, 'only-in-log');
  await writeArchive(
    `${file}.part`,
    (async function* () {
      for await (const { entry, isKept } of positionsOf(options)) if (!isKept) yield entry;
    })(),
  );
  const { events, first, last } = await verifyArchive(`${file}.part`);
  await rename(`${file}.part`, file);
  await hold.write(async (sql) => {
    await sql.query(
      `INSERT INTO archived (partition, file, events, first_position, last_position, first_chain, last_chain)
       VALUES ($1, $1, $2, $3, $4, $5, $6)`,
      [file, events, first.position, last.position, first.chain, last.chain],
    );
  });
  return file;
}

const positionsOf = ({ archives, ...rest }: SavingOptions): AsyncIterable<SoundPosition> =>
  // Defects of files were told when the lane was surveyed.
  soundLane({ ...rest, files: archives, onDefect: () => undefined });

async function fileFor({ service, directory }: SavingOptions, what: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  // The file's name is recorded, and read by processes with other working folders.
  return resolve(directory, `${streamOf(service)}-${moment}.${what}.jsonl.gz`);
}

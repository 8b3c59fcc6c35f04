import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { assert } from '@tocsin/domain-kit';
import { chainNext } from '../lane/chain.ts';
import type { Database } from '../postgres/database.ts';
import type { NumberedEntry } from './journal.ts';
import { ensurePartitions, listPartitions, type Partition } from './partitions.ts';

/** What a file of archived entries was found to hold. */
export type ArchiveSummary = {
  readonly events: number;
  readonly first: NumberedEntry;
  readonly last: NumberedEntry;
};

/** Where archives go and how long the journal keeps an hour before it may leave. */
export type ArchiveOptions = { readonly directory: string; readonly keepMs: number };

const READ_AT_ONCE = 1_000;

type Line = { position: number; chain: string; id: string; subject: string; traceparent: string; body: string };

/**
 * Keeps the journal short: makes the hours to come, and lets old ones go once everything in them is in the log and in
 * a verified file. Returns the partitions that left.
 */
export async function tendJournal(
  database: Database,
  { directory, keepMs }: ArchiveOptions,
  nowMs: number,
): Promise<readonly string[]> {
  await ensurePartitions(database, nowMs);
  const left: string[] = [];
  for (const partition of await listPartitions(database)) {
    if (Date.parse(partition.to) + keepMs > nowMs) break;
    if (!(await isWhollyPublished(database, partition))) break;
    await archivePartition(database, partition, directory);
    await database.query(`DROP TABLE ${partition.name}`);
    left.push(partition.name);
  }
  return left;
}

async function isWhollyPublished(database: Database, { name }: Partition): Promise<boolean> {
  const { rows } = await database.query<{ published: boolean }>(
    `SELECT NOT EXISTS (SELECT 1 FROM ${name} j, lane l WHERE j.position IS NULL OR j.position > l.published) AS published`,
  );
  return rows[0]?.published === true;
}

async function archivePartition(database: Database, partition: Partition, directory: string): Promise<void> {
  const { rows } = await database.query<{ events: number }>(`SELECT count(*) AS events FROM ${partition.name}`);
  const events = rows[0]?.events ?? 0;
  if (events === 0) return;
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${partition.name}.jsonl.gz`);
  await writeArchive(`${file}.part`, entriesOf(database, partition));
  const summary = await verifyArchive(`${file}.part`);
  assert(summary.events === events, `archive of ${partition.name} holds ${events} events, not ${summary.events}`);
  await rename(`${file}.part`, file);
  await database.query(
    `INSERT INTO archived (partition, file, events, first_position, last_position, first_chain, last_chain)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (partition) DO UPDATE SET file = excluded.file, events = excluded.events`,
    [
      partition.name,
      file,
      events,
      summary.first.position,
      summary.last.position,
      summary.first.chain,
      summary.last.chain,
    ],
  );
}

/** Writes entries, in the order of their positions, as compressed JSON lines, and makes the file durable. */
export async function writeArchive(file: string, entries: AsyncIterable<NumberedEntry>): Promise<void> {
  // `flush` makes the file durable before the partition may go.
  await pipeline(Readable.from(linesOf(entries)), createGzip(), createWriteStream(file, { flush: true }));
}

async function* linesOf(entries: AsyncIterable<NumberedEntry>): AsyncGenerator<string> {
  for await (const { position, chain, eventId, subject, traceparent, body } of entries) {
    const line: Line = {
      position,
      chain: chain.toString('hex'),
      id: eventId,
      subject,
      traceparent,
      body: body.toString('base64'),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

async function* entriesOf(database: Database, { name }: Partition): AsyncGenerator<NumberedEntry> {
  for (let after = 0; ;) {
    const { rows } = await database.query<{
      position: number;
      chain: Buffer;
      event_id: string;
      subject: string;
      traceparent: string;
      body: Buffer;
    }>(
      `SELECT position, chain, event_id, subject, traceparent, body FROM ${name}
       WHERE position > $1 ORDER BY position LIMIT ${READ_AT_ONCE}`,
      [after],
    );
    for (const { position, chain, event_id: eventId, subject, traceparent, body } of rows) {
      yield { position, chain, eventId, subject, traceparent, body };
      after = position;
    }
    if (rows.length < READ_AT_ONCE) return;
  }
}

/**
 * Reads the entries of an archive in the order of their positions.
 * @throws {Error} when the file cannot be opened, is cut off, or holds a line that is no entry.
 */
export async function* readArchive(file: string): AsyncGenerator<NumberedEntry> {
  const compressed = createReadStream(file);
  const text = createGunzip();
  // A pipe hands on what is read, but not why it cannot be.
  compressed.on('error', (error) => text.destroy(error));
  try {
    let rest = '';
    for await (const piece of compressed.pipe(text).setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield entryOf(line);
    }
    if (rest !== '') yield entryOf(rest);
  } finally {
    compressed.destroy();
  }
}

/** How many entries a file holds, whether or not they follow each other. @throws {Error} as `readArchive` does. */
export async function countArchive(file: string): Promise<number> {
  let count = 0;
  for await (const { position } of readArchive(file)) count += position > 0 ? 1 : 0;
  return count;
}

function entryOf(text: string): NumberedEntry {
  const line = JSON.parse(text) as Line;
  return {
    position: line.position,
    chain: Buffer.from(line.chain, 'hex'),
    eventId: line.id,
    subject: line.subject,
    traceparent: line.traceparent,
    body: Buffer.from(line.body, 'base64'),
  };
}

/**
 * Reads an archive from start to end and checks the chain wherever two positions follow each other. (Two hours of
 * insertion may interleave at their edge, because positions are given after the commit.)
 * @throws {Error} naming the first position whose chain does not follow.
 */
export async function verifyArchive(file: string): Promise<ArchiveSummary> {
  let first: NumberedEntry | undefined;
  let last: NumberedEntry | undefined;
  let events = 0;
  for await (const entry of readArchive(file)) {
    if (last !== undefined && entry.position === last.position + 1) {
      const expected = chainNext(last.chain, entry.subject, entry.body);
      assert(expected.equals(entry.chain), `chain of position ${entry.position} in ${file} follows the one before`);
    }
    first ??= entry;
    last = entry;
    events += 1;
  }
  assert(first !== undefined && last !== undefined, `archive ${file} holds at least one event`);
  return { events, first, last };
}

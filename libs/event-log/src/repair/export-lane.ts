import { rename } from 'node:fs/promises';
import { verifyArchive, writeArchive } from '../journal/archive.ts';
import type { NumberedEntry } from '../journal/journal.ts';
import { chainNext, chainStart } from '../lane/chain.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import { readLaneRow, type LaneAccess, type Progress } from './lane-access.ts';
import { RepairRefused } from './refusal.ts';
import { soundLane } from './sound-lane.ts';

/** What an export was found to hold when it was read again. */
export type LaneExport = {
  readonly file: string;
  readonly events: number;
  readonly first: number;
  readonly last: number;
  /** Of the last position, in hexadecimal: whoever knows it can prove that the file is whole and unchanged. */
  readonly chain: string;
  readonly notes: readonly string[];
};

export type ExportOptions = LaneAccess & {
  readonly file: string;
  /** Further files in the format of the archive. */
  readonly archives: readonly string[];
  readonly onProgress?: Progress;
};

const PROGRESS_EVERY = 1_000;

/**
 * Writes a whole lane, up to the last position that was given, in the format of the archive, and reads it again before
 * it gets its name. It changes nothing and may be run while the lane is being written.
 * @throws {RepairRefused} where the lane cannot be told soundly from its first position to its last.
 */
export async function exportLane(options: ExportOptions): Promise<LaneExport> {
  const { service, file, archives, onProgress } = options;
  const lane = await readLaneRow(options);
  if (lane.position === 0)
    throw new RepairRefused(`lane ${lane.name} has no events yet`, 'There is nothing to export.');
  const notes: string[] = [];
  const positions = soundLane({ ...options, lane, files: archives, onDefect: (sentence) => notes.push(sentence) });
  await writeArchive(
    `${file}.part`,
    (async function* () {
      for await (const { entry } of positions) {
        yield entry;
        if (entry.position % PROGRESS_EVERY === 0 || entry.position === lane.position)
          onProgress?.({ doing: `exporting ${service}`, done: entry.position, total: lane.position });
      }
    })(),
  );
  await verifyExport(`${file}.part`, lane);
  await rename(`${file}.part`, file);
  return { file, events: lane.position, first: 1, last: lane.position, chain: lane.chain.toString('hex'), notes };
}

/** @throws {Error} when what was written is not the whole lane: then the disk or this program is at fault. */
async function verifyExport(file: string, lane: LaneRow): Promise<void> {
  const { events, first, last } = await verifyArchive(file);
  const isWhole = events === lane.position && first.position === 1 && last.position === lane.position;
  if (!isWhole || !last.chain.equals(lane.chain) || !isBeginning(first, lane))
    throw new Error(`${file} was written, and does not hold the lane when it is read again`);
}

const isBeginning = (first: NumberedEntry, lane: LaneRow): boolean =>
  first.chain.equals(chainNext(chainStart(lane.lane_id), first.subject, first.body));

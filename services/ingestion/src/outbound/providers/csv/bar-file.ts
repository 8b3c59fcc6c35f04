import type { Instant } from '@tocsin/domain-kit';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import { readBarHeader, readBarRow, type BarColumns } from '../bar-table.ts';
import type { Bytes, FileMarks, OpenFile } from './folder.ts';
import { linesFrom } from './line-reader.ts';

/** A row, and its time or that of the newest row before it that has one. */
type PlacedRow = { readonly bar: CandidateBar; readonly placedAt: Instant | null };

/**
 * What a file holds, as far as it was asked for, in its own order; or how it begins where it is no table of bars, or one
 * that spells its times in a way that nobody can be sure of.
 */
export type FileRead =
  | { readonly kind: 'rows'; readonly rows: readonly CandidateBar[] }
  | { readonly kind: 'no-table'; readonly body: string };

/** How far a file is read, and enough about it to tell that it is still the same. */
type Place = {
  readonly stats: FileMarks;
  readonly offset: number;
  /** The bytes before `offset`: they stay what they are while a file only grows. */
  readonly last: Buffer;
};

/** So many rows are kept for whoever asks again; who asks for older ones has the file read anew. */
const KEPT_ROWS = 2_000;
/** So many rows without a time are remembered as told; a file with more of them may tell some twice. */
const TOLD_ROWS = 10_000;
const LAST_BYTES = 64;
const BODY_CHARS = 2_000;

/**
 * A table of bars in a file that grows. It is read on from where it ended; when it shrank, was replaced or changed, or
 * somebody asks for rows that are not kept, it is read anew.
 */
export class BarFile {
  readonly #calendar: Calendar;
  #place: Place | null = null;
  #columns: BarColumns | null = null;
  #kept: PlacedRow[] = [];
  #placedAt: Instant | null = null;
  /** The rows without a time that somebody was given, by their place and words. */
  readonly #told = new Set<string>();
  /** The newest time of the rows that are not kept. */
  #droppedUntil: Instant | null = null;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** The rows that open at `from` or later; one that has no time comes with the row before it, and only once. */
  async read(opened: OpenFile<Bytes>, from: Instant): Promise<FileRead> {
    try {
      return await this.#readOn(opened, from);
    } catch (error) {
      this.#forget(); // Some rows may have been taken without the place having moved on.
      throw error;
    }
  }

  async #readOn({ file, stats }: OpenFile<Bytes>, from: Instant): Promise<FileRead> {
    if (!(await this.#goesOn(file, stats)) || (this.#droppedUntil !== null && from <= this.#droppedUntil))
      this.#forget();
    const start = this.#place?.offset ?? 0;
    let offset = start;
    for await (const { lines, offset: readUntil, isEndless } of linesFrom(file, start, stats.size)) {
      if (isEndless || !this.#take(lines)) return this.#refuse(file);
      offset = readUntil;
      this.#drop(from);
    }
    if (this.#columns === null && (await looksLikeMarkup(file))) return this.#refuse(file);
    this.#place = { stats, offset, last: await bytesBefore(file, offset) };
    if (this.#kept.length > 0 && this.#placedAt === null) return { kind: 'no-table', body: await headOf(file) };
    const rows = this.#kept.filter(
      (row) => (row.placedAt === null || row.placedAt >= from) && (row.bar.openAt !== null || this.#tellOnce(row)),
    );
    this.#drop(null);
    return { kind: 'rows', rows: rows.map(({ bar }) => bar) };
  }

  /** False when what should be the header is none. */
  #take(lines: readonly string[]): boolean {
    for (const line of lines) {
      if (line.trim() === '' || line === '\ufeff') continue;
      if (this.#columns === null) {
        this.#columns = readBarHeader(line);
        if (this.#columns === null) return false;
        continue;
      }
      const bar = readBarRow(line, this.#columns, this.#calendar);
      this.#placedAt = bar.openAt ?? this.#placedAt;
      this.#kept.push({ bar, placedAt: this.#placedAt });
    }
    return true;
  }

  /** False when this row without a time was told before, be it by an earlier reading of the file. */
  #tellOnce({ bar, placedAt }: PlacedRow): boolean {
    const row = `${placedAt ?? ''} ${bar.raw}`;
    if (this.#told.has(row)) return false;
    if (this.#told.size === TOLD_ROWS) this.#told.clear();
    this.#told.add(row);
    return true;
  }

  /** Lets go of the oldest rows, but of none that is being asked for. */
  #drop(from: Instant | null): void {
    let dropped = 0;
    for (const { placedAt } of this.#kept.slice(0, Math.max(0, this.#kept.length - KEPT_ROWS))) {
      if (from !== null && placedAt !== null && placedAt >= from) break;
      if (placedAt !== null && (this.#droppedUntil === null || placedAt > this.#droppedUntil))
        this.#droppedUntil = placedAt;
      dropped += 1;
    }
    if (dropped > 0) this.#kept = this.#kept.slice(dropped);
  }

  async #goesOn(file: Bytes, stats: FileMarks): Promise<boolean> {
    if (this.#place === null) return false;
    const { stats: before, offset, last } = this.#place;
    if (stats.dev !== before.dev || stats.ino !== before.ino || stats.size < before.size) return false;
    if (stats.size === before.size && stats.mtimeMs !== before.mtimeMs) return false;
    return last.equals(await bytesBefore(file, offset));
  }

  async #refuse(file: Bytes): Promise<FileRead> {
    this.#forget();
    return { kind: 'no-table', body: await headOf(file) };
  }

  #forget(): void {
    this.#place = null;
    this.#columns = null;
    this.#kept = [];
    this.#placedAt = null;
    this.#droppedUntil = null;
  }
}

/** A page on one line has no complete line, and is none that is still being written. */
const looksLikeMarkup = async (file: Bytes): Promise<boolean> => /^\ufeff?\s*[<{[]/.test(await headOf(file));

async function headOf(file: Bytes): Promise<string> {
  const buffer = Buffer.alloc(BODY_CHARS);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

async function bytesBefore(file: Bytes, offset: number): Promise<Buffer> {
  const length = Math.min(LAST_BYTES, offset);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset - length);
  return buffer.subarray(0, bytesRead);
}

import { readArchive } from '../journal/archive.ts';
import { readJournal, type NumberedEntry } from '../journal/journal.ts';
import type { Sql } from '../postgres/sql.ts';
import { Cursor, inBatches } from './cursor.ts';

/** An entry and the file or table that keeps it. */
export type KeptEntry = { readonly keeper: string; readonly entry: NumberedEntry };

/** What is kept of one position: usually one entry, two where an hour has just been archived or an export was given. */
export type KeptPosition = { readonly position: number; readonly entries: readonly KeptEntry[] };

export type KeptOptions = {
  readonly sql: Sql;
  /** Further files in the format of the archive. */
  readonly files: readonly string[];
  /** Told about files that are recorded and cannot be read, wholly or from some position on. */
  readonly onDefect: (sentence: string) => void;
};

/** Somebody who keeps entries, in the order of their positions, the first of which is `first`. */
type Keeper = {
  readonly name: string;
  readonly first: number;
  readonly read: (from: number) => AsyncIterable<readonly NumberedEntry[]>;
};

type Open = { readonly keeper: Keeper; readonly cursor: Cursor<NumberedEntry> };

const READ_AT_ONCE = 1_000;

/**
 * Reads what is kept of a lane beside the log: the journal, the archives that are recorded, and the files that are
 * given, merged by position. Positions that nobody keeps are left out; nothing is verified here.
 */
export async function* keptEntries(options: KeptOptions, from: number): AsyncGenerator<readonly KeptPosition[]> {
  const merge = new Merge(options);
  try {
    await merge.begin(from);
    yield* inBatches(merge.positions(from), READ_AT_ONCE);
  } finally {
    await merge.close();
  }
}

class Merge {
  readonly #options: KeptOptions;
  readonly #known = new Set<string>();
  /** Keepers whose first position has not been reached, nearest first. */
  #waiting: Keeper[] = [];
  #open: Open[] = [];

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  async begin(from: number): Promise<void> {
    const { sql, files } = this.#options;
    this.#open.push(opened({ name: 'the journal', first: from, read: (start) => journalFrom(sql, start) }, from));
    for (const file of files) {
      const first = await this.#firstIn(file);
      if (first !== null) this.#add(file, first);
    }
    await this.#lookForArchives(from);
  }

  async *positions(from: number): AsyncGenerator<KeptPosition> {
    for (let position = from; ;) {
      this.#openThose(position, (first) => first <= position);
      const entries: KeptEntry[] = [];
      let next = this.#waiting[0]?.first ?? Number.POSITIVE_INFINITY;
      for (const { keeper, cursor } of [...this.#open]) {
        const entry = await this.#seek(keeper, cursor, position);
        if (entry === null) continue;
        if (entry.position === position) entries.push({ keeper: keeper.name, entry });
        else next = Math.min(next, entry.position);
      }
      if (entries.length > 0) {
        yield { position, entries };
        position += 1;
        continue;
      }
      // A hole may be an hour that left the journal while it was read.
      if (await this.#lookForArchives(position)) continue;
      if (next === Number.POSITIVE_INFINITY) return;
      position = next;
    }
  }

  async close(): Promise<void> {
    for (const { cursor } of this.#open) await cursor.close();
  }

  #openThose(position: number, isDue: (first: number) => boolean): void {
    for (let keeper = this.#waiting[0]; keeper !== undefined && isDue(keeper.first); keeper = this.#waiting[0]) {
      this.#waiting.shift();
      this.#open.push(opened(keeper, position));
    }
  }

  /** Files that end are closed, so that a year of hours does not stay open. */
  async #seek(keeper: Keeper, cursor: Cursor<NumberedEntry>, position: number): Promise<NumberedEntry | null> {
    try {
      const entry = await cursor.seek(position);
      if (entry !== null) return entry;
    } catch (error) {
      this.#options.onDefect(`${keeper.name} cannot be read to its end (${told(error)})`);
    }
    this.#open = this.#open.filter((each) => each.cursor !== cursor);
    await cursor.close();
    return null;
  }

  /** Adds the recorded archives that are not known yet and reach `position`; returns whether there was one. */
  async #lookForArchives(position: number): Promise<boolean> {
    const { rows } = await this.#options.sql.query<{ file: string; first_position: number }>(
      'SELECT file, first_position FROM archived WHERE last_position >= $1 ORDER BY first_position',
      [position],
    );
    const news = rows.filter(({ file }) => !this.#known.has(file));
    for (const { file, first_position: first } of news) this.#add(file, first);
    return news.length > 0;
  }

  #add(file: string, first: number): void {
    if (this.#known.has(file)) return;
    this.#known.add(file);
    const read = (from: number) => inBatches(archiveFrom(file, from), READ_AT_ONCE);
    this.#waiting.push({ name: file, first, read });
    this.#waiting.sort((a, b) => a.first - b.first);
  }

  async #firstIn(file: string): Promise<number | null> {
    try {
      for await (const { position } of readArchive(file)) return position;
      return null;
    } catch (error) {
      this.#options.onDefect(`${file} cannot be read (${told(error)})`);
      return null;
    }
  }
}

const opened = (keeper: Keeper, from: number): Open => ({ keeper, cursor: new Cursor(keeper.read(from)) });

const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function* journalFrom(sql: Sql, from: number): AsyncGenerator<readonly NumberedEntry[]> {
  for (let next = from; ;) {
    const entries = await readJournal(sql, next, READ_AT_ONCE);
    if (entries.length > 0) yield entries;
    if (entries.length < READ_AT_ONCE) return;
    next = (entries.at(-1)?.position ?? next) + 1;
  }
}

async function* archiveFrom(file: string, from: number): AsyncGenerator<NumberedEntry> {
  for await (const entry of readArchive(file)) if (entry.position >= from) yield entry;
}

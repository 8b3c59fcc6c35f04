import { decodeEvent, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { JournalRow, MemoryDatabase } from '../src/twin/memory-database.ts';
import type { MemoryServer, MemoryStream } from '../src/twin/memory-server.ts';

/** One position of a lane, as it was first seen; it must stay so for ever. */
export type Given = {
  readonly row: JournalRow;
  readonly eventId: string;
  readonly chain: Buffer;
  readonly event: Recorded<AnyEvent>;
};

/** What the invariants look at: a service's database and its lane, and every position that was ever given. */
export class Ledger {
  readonly service: ServiceName;
  readonly database: MemoryDatabase;
  readonly #server: MemoryServer;
  readonly #given: Given[] = [];
  /** The greatest sequence that the lane's stream ever had. */
  headEver = 0;

  constructor(service: ServiceName, database: MemoryDatabase, server: MemoryServer) {
    this.service = service;
    this.database = database;
    this.#server = server;
  }

  get stream(): MemoryStream | undefined {
    return this.#server.stream(this.database.lane.name);
  }

  /** Every position, from 1 on. */
  get given(): readonly Given[] {
    return this.#given;
  }

  at(position: number): Given | undefined {
    return this.#given[position - 1];
  }

  /** Notes the positions that were given since, and returns them. */
  follow(): readonly Given[] {
    const { position: head } = this.database.lane;
    if (head === this.#given.length) return [];
    const from = this.#given.length + 1;
    const rows = this.database.journal
      .filter((row) => row.position !== null && row.position >= from)
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
    const news = rows.map((row) => {
      assert(row.position !== null && row.chain !== null, 'a numbered row has position and chain');
      const event = decodeEvent(row.body, { lane: this.database.lane.name, position: row.position });
      return { row, eventId: row.eventId, chain: row.chain, event };
    });
    this.#given.push(...news);
    return news;
  }
}

/** A promise of the log that a simulation found broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws {Violation} naming what does not hold. */
export function holds(condition: boolean, promise: string): asserts condition {
  if (!condition) throw new Violation(promise);
}

import { randomUUID } from 'node:crypto';
import { streamOf, type ServiceName } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { JournalEntry } from '../../src/journal/journal.ts';
import type { LeaseClaim } from '../../src/lane/lease-row.ts';
import type { Store, StepWrites, Tables } from '../../src/store/tables.ts';

/** A database with the empty tables of escalation, and everything that may happen to it. */
export interface StoreGround {
  /** The store as one process sees it, on connections of its own. */
  open(): Store;
  readonly laneId: string;
  /** Waits until a transaction waits for a row that another one holds. */
  untilBlocked(): Promise<void>;
  /** Waits until no transaction is open: what nobody ended, the server has. */
  untilNoneIsOpen(): Promise<void>;
  /** Resolves when so much of the database's time has gone by. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until a promise is settled, and returns what became of it. */
  settled<Result>(promise: Promise<Result>): Promise<Result>;
  /** As much time goes by as a lease lasts. */
  expireLeases(): Promise<void>;
  /** Somebody sets the clock of the database back by an hour. */
  setClockBack(): Promise<void>;
}

export const SERVICE: ServiceName = 'escalation';
export const LANE = streamOf(SERVICE);
export const HEARD: ServiceName = 'ingestion';
export const LEASE_MS = 3_000;
const NOON = instant('2026-03-02T12:00:00.000Z');

export const at = (minute: number): Instant => plusMs(NOON, minute * 60_000);

/** A claim of an instance; every one is of a process of its own. */
export const claimOf = (instance: string, table: LeaseClaim['table'] = 'consumer'): LeaseClaim => ({
  table,
  name: table === 'consumer' ? SERVICE : LANE,
  instance,
  boot: randomUUID(),
  leaseMs: LEASE_MS,
});

export const entryOf = (word: string): JournalEntry => ({
  eventId: randomUUID(),
  subject: `evt.escalation.shared.episode.${word}.opened`,
  traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
  body: Buffer.from(`{"word":"${word}"}`),
});

export const wordsOf = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.map(({ subject }) => subject.split('.')[4] ?? '');

/** A step that writes only what is named. */
export const writes = (some: Partial<StepWrites>): StepWrites => ({
  entities: [],
  timersSet: [],
  timersCancelled: [],
  journal: [],
  parked: [],
  unparked: [],
  handled: [],
  ...some,
});

export const timerOf = (key: string, minute: number, name = 'until', fired = false) => ({
  type: 'episode',
  key,
  name,
  dueAt: at(minute),
  fired,
});

export const parkedAt = (parkKey: string, position: number) => ({
  parkKey,
  lane: HEARD,
  position,
  subject: 'evt.ingestion.shared.clock.virtual.advanced',
  body: Buffer.from('poison'),
  because: 'it cannot be decided',
});

/** Begins a transaction, does `work` in it, and keeps it open until it is let go. */
export async function holding(
  store: Store,
  work: (tables: Tables) => Promise<unknown>,
): Promise<{ commit(): Promise<void> }> {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let committed: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    committed = store.transaction(async (tables) => {
      await work(tables);
      resolve();
      await gate;
    });
    committed.catch(reject);
  });
  return {
    commit: () => {
      letGo();
      return committed;
    },
  };
}

/** Does `work` in a transaction that fails at its end. */
export async function rolledBack(store: Store, work: (tables: Tables) => Promise<unknown>): Promise<void> {
  const failure = new Error('the step failed');
  const failing = store.transaction(async (tables) => {
    await work(tables);
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
}

import { setTimeout as pause } from 'node:timers/promises';
import type { AnyEvent, IngestionEvent, Recorded } from '@tocsin/contracts';
import type { House } from '@tocsin/testkit';
import { calendars, decider } from './feed-words.ts';
import { feedEntity } from '../src/feed.entity.ts';
import { ProviderWatch } from '../src/inbound/watching/provider-watch.ts';
import type { Feed, FeedEvent } from '../src/domain/feed.ts';
import { historicFeeds } from '../src/histories.ts';
import { Agenda } from '../src/inbound/timekeeper/agenda.ts';
import { Course } from '../src/inbound/timekeeper/course.ts';
import { MemoryLog } from './memory-log.ts';
import { openIngestionHouse } from './ingestion-house.ts';

const POLL_MS = 20;

/** What the service ought to say, told here without a server: the same deciders on a log in memory. */
async function expectedFacts(count: number): Promise<readonly unknown[]> {
  const log = new MemoryLog();
  const feeds = await historicFeeds();
  const watch = new ProviderWatch(new Map(), new Map());
  const ground = { entity: feedEntity(calendars), calendars, onForeseen: watch.see.bind(watch) };
  const agenda = new Agenda(
    feeds.map((feed) => new Course(feed, decider.initialState(), ground)),
    watch,
    null,
  );
  while (log.kept.length < count) await log.perform(agenda.next(50).observations);
  return log.kept.map(({ time, event: { type, data } }) => ({ time, type, data })).slice(0, count);
}

/** What a fact says, without what the runtime adds. */
const saying = ({ time, type, data }: Recorded<AnyEvent>): unknown => ({ time, type, data });

/** The service's own facts: the runtime says beside them which deadlines passed. */
const isOwn = (fact: Recorded<AnyEvent>): fact is Recorded<IngestionEvent> => fact.type !== 'DeadlinePassed';

/** Real nats-server, real PostgreSQL: the first days of history, with everything torn down in the middle. */
describe('from recorded history to the lane', () => {
  let house: House;
  beforeAll(async () => {
    house = await openIngestionHouse({ INSTANTS_PER_SECOND: 600, clock: 'accelerated' });
  });
  afterAll(() => house.close());

  /** Waits until the journal holds this many facts. */
  async function journalled(count: number): Promise<void> {
    const giveUpAt = performance.now() + 30_000;
    for (;;) {
      const { rows } = await house.database().query<{ facts: number }>('SELECT count(*)::int AS facts FROM journal');
      if ((rows[0]?.facts ?? 0) >= count) return;
      if (performance.now() > giveUpAt) throw new Error(`the journal did not come to ${count} facts`);
      await pause(POLL_MS);
    }
  }

  it('says each fact once and in order, whatever was cut off in between', async () => {
    await journalled(700);
    await house.stop();
    await house.start();
    await journalled(900);
    for (let cut = 0; cut < 100; cut += 1) {
      await house
        .database()
        .query(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'ingestion-0' AND state <> 'idle'",
        );
      await pause(5);
    }
    await journalled(1_400);
    await house.stop();

    const facts = await house.facts();
    expect(facts.map(({ position }) => position)).toEqual(facts.map((_, index) => index + 1));
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
    const own = facts.filter(isOwn);
    expect(own.map(saying)).toEqual(await expectedFacts(own.length));
  });

  it('keeps of each feed what its facts fold to', async () => {
    const facts = (await house.facts()).filter(isOwn);
    const { rows } = await house
      .database()
      .query<{ key: string; state: Feed }>("SELECT key, state FROM entity WHERE type = 'feed' ORDER BY key");
    expect(rows.map(({ key }) => key)).toEqual(['EURUSD-15m', 'SPX-1d']);
    for (const { key, state } of rows) {
      const own = facts.filter((fact): fact is Recorded<FeedEvent> => 'pair' in fact.data && fact.data.pair === key);
      expect(own.reduce<Feed>(decider.evolve, decider.initialState())).toEqual(state);
    }
  });
});

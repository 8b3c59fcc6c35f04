import { setTimeout as pause } from 'node:timers/promises';
import { decimal, epochMs, instant, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { EntityFold, EventLog, to } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import type { FeedDefinition } from '../src/domain/feed.ts';
import { entities } from '../src/entities.ts';
import type { FeedEntity } from '../src/feed.entity.ts';
import { FEED_ENTITY } from '../src/inbound/feed.controller.ts';
import { openIngestionHouse } from './ingestion-house.ts';

const POLL_MS = 25;
const GIVE_UP_AFTER_MS = 20_000;
const MINUTE_MS = 60_000;

const definition: FeedDefinition = {
  pair: pairOf('MINE', '1m'),
  symbol: 'MINE',
  timeframe: '1m',
  provider: 'push',
  calendarId: '24x7',
  calendarVersion: '1',
  volumeKind: 'none',
  simulated: false,
  feedLatencyMs: 6_000,
};

/** What a feed was before it remembered closes, gaps, breakers, spikes and the digests of its bars. */
const TO_EARLIER_SHAPE = `
  UPDATE entity SET state = state
    - ARRAY['closes', 'flatInARow', 'suspect', 'refused', 'gaps', 'breakers', 'wantsCalendar', 'provider']
    || jsonb_build_object('recent', (SELECT jsonb_agg(bar - 'digest') FROM jsonb_array_elements(state -> 'recent') AS bar))
  WHERE type = 'feed'`;

/** Real nats-server, real PostgreSQL, the wall clock. */
describe('a feed that was stored by an earlier version', () => {
  let house: House;
  beforeAll(async () => {
    house = await openIngestionHouse();
  });
  afterAll(() => house.close());

  type Commands = Parameters<FeedEntity['decider']['decide']>[0];
  const perform = async (command: Commands) => {
    const entity = house.get<FeedEntity>(FEED_ENTITY);
    const { at: time } = command.data;
    const causeId = `test:${command.type}@${time}`;
    const intentions = [to(entity, definition.pair, command)];
    const [outcome] = await house.get(EventLog).perform([{ causeId, time, intentions }]);
    return outcome;
  };
  const now = (): Instant => instant(Date.now());
  const push = (minutesAgo: number) => {
    const openAt = instant(Math.floor(epochMs(now()) / MINUTE_MS) * MINUTE_MS - minutesAgo * MINUTE_MS);
    const close = decimal(`1.${50 + minutesAgo}`);
    const bar = { openAt, open: decimal('1.5'), high: decimal('2'), low: decimal('1'), close, volume: 0 };
    return perform({ type: 'PushBars', data: { bars: [bar], at: now() } });
  };
  const stored = async () => {
    const select = `SELECT type, key, version, state FROM entity WHERE type = 'feed'`;
    return (await house.database().query<{ readonly version: number; readonly state: object }>(select)).rows;
  };

  /** The feed as its facts tell it, in the form in which it is stored. */
  const foldedAnew = async (): ReturnType<typeof stored> => {
    const fold = new EntityFold(entities.filter(({ type }) => type === 'feed'));
    for (const fact of await house.facts()) fold.take(fact);
    expect(fold.findings).toEqual([]);
    return JSON.parse(JSON.stringify(fold.entities)) as Awaited<ReturnType<typeof stored>>;
  };

  it('decides on what its facts say, and goes on', async () => {
    await perform({ type: 'AddFeed', data: { definition, at: plusMs(now(), -10 * MINUTE_MS) } });
    for (const minutesAgo of [5, 4, 3]) expect((await push(minutesAgo))?.refusal).toBeNull();
    await house.stop();
    await house.database().query(TO_EARLIER_SHAPE);
    await house.database().query(`DELETE FROM entity_fold WHERE type = 'feed'`);
    expect((await stored())[0]?.state).not.toHaveProperty('gaps');

    await house.start();
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    while (house.get(EventLog).tenure === null && performance.now() < giveUpAt) await pause(POLL_MS);
    const outcome = await push(2);
    expect(outcome).toMatchObject({
      refusal: null,
      facts: expect.arrayContaining([expect.objectContaining({ type: 'BarClosed' })]) as unknown,
    });

    // A deadline may pass and a fact be on its way between the two questions: then they are asked again.
    let [folded, kept] = [await foldedAnew(), await stored()];
    while (folded[0]?.version !== kept[0]?.version && performance.now() < giveUpAt) {
      await pause(POLL_MS);
      [folded, kept] = [await foldedAnew(), await stored()];
    }
    expect(kept).toEqual(folded);
  });
});

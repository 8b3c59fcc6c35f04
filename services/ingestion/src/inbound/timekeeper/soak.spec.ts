import type { AnyEvent, EventName, EventNamed } from '@tocsin/contracts';
import { epochMs, plusMs, type Instant } from '@tocsin/domain-kit';
import { calendars, decider } from '../../../test/feed-words.ts';
import { MemoryLog } from '../../../test/memory-log.ts';
import { feedEntity } from '../../feed.entity.ts';
import { soakFeeds } from '../../histories.ts';
import { neverThere, SOAK_DAY, SOAK_PAIRS, soakIncidents } from '../../outbound/providers/simulated/soak.ts';
import { ProviderWatch } from '../watching/provider-watch.ts';
import { Agenda } from './agenda.ts';
import { Course } from './course.ts';

const SEED = 1;
const MINUTE_MS = 60_000;
const PATIENCE_MS = 180_000;

/** The day of the soak, told without a server: what the house then lives through on real ones. */
describe('the day on which everything goes wrong', () => {
  const log = new MemoryLog();
  const named = <Name extends EventName>(name: Name): readonly EventNamed<Name>['data'][] =>
    log.kept
      .map(({ event }) => event)
      .filter((event): event is Extract<AnyEvent, { type: Name }> => event.type === name)
      .map(({ data }) => data);

  beforeAll(async () => {
    const watch = new ProviderWatch(new Map(), new Map());
    const ground = { entity: feedEntity(calendars), calendars, onForeseen: watch.see.bind(watch) };
    const courses = soakFeeds(SEED).map((feed) => new Course(feed, decider.initialState(), ground));
    const agenda = new Agenda(courses, watch, null);
    for (let batch = agenda.next(200); batch.observations.length > 0; batch = agenda.next(200)) {
      const outcomes = await log.perform(batch.observations);
      expect(outcomes.filter(({ refusal }) => refusal !== null)).toEqual([]);
    }
  }, PATIENCE_MS);

  it('T-50: loses no bar and doubles none: every minute that there was is closed once', () => {
    const closes = new Map<string, Instant[]>();
    for (const { pair, closeAt } of named('BarClosed'))
      if (closeAt > SOAK_DAY.beginAt) closes.set(pair, [...(closes.get(pair) ?? []), closeAt]);
    expect(closes.size).toBe(SOAK_PAIRS);
    for (let index = 0; index < SOAK_PAIRS; index += 1) {
      const told = closes.get(`SOAK${index}-1m`) ?? [];
      expect(new Set(told).size).toBe(told.length);
      const missing = minutes().filter((closeAt) => !told.includes(closeAt));
      const silent = neverThere(soakIncidents(SEED * SOAK_PAIRS + index, 'whole-provider'));
      // A pair with a spare provider may have had a bar from there that its first one never had.
      expect(missing.filter((closeAt) => !silent.has(closeAt))).toEqual([]);
    }
  });

  const minutes = (): readonly Instant[] =>
    Array.from({ length: 1_440 }, (_, index) => plusMs(SOAK_DAY.beginAt, (index + 1) * MINUTE_MS));

  it('never asks for a bar more than five times or for longer than half of it, and obeys Retry-After', () => {
    const attempts = named('AttemptFailed');
    expect(attempts.length).toBeGreaterThan(100);
    for (const { attempt, retryAt, at, message } of attempts) {
      expect(attempt).toBeLessThanOrEqual(5);
      const asked = /Retry-After: (\d+)/.exec(message);
      if (retryAt !== null && asked !== null)
        expect(epochMs(retryAt) - epochMs(at)).toBeGreaterThanOrEqual(Number(asked[1]) * 1_000);
    }
    const firsts = new Map<string, Instant>();
    for (const { pair, provider, barCloseAt, attempt, at } of attempts) {
      const key = `${pair} ${provider} ${barCloseAt}`;
      if (attempt === 1) firsts.set(key, at);
      expect(epochMs(at) - epochMs(firsts.get(key) ?? at)).toBeLessThanOrEqual(30_000);
    }
  });

  it('asks nobody whose breaker is open, and leaves every breaker closed', () => {
    const open = new Set<string>();
    for (const {
      event: { type, data },
    } of log.kept) {
      if (type === 'BreakerOpened') open.add(`${data.pair} ${data.provider}`);
      if (type === 'BreakerHalfOpened') open.delete(`${data.pair} ${data.provider}`);
      if (type === 'AttemptFailed') expect(open.has(`${data.pair} ${data.provider}`)).toBe(false);
    }
    const last = new Map<string, string>();
    for (const {
      event: { type, data },
    } of log.kept)
      if (type.startsWith('Breaker') && 'pair' in data && 'provider' in data)
        last.set(`${data.pair} ${data.provider}`, type);
    expect([...new Set(last.values())]).toEqual(['BreakerClosed']);
    expect(new Set(named('BreakerOpened').map(({ cause }) => cause))).toEqual(
      new Set(['EXHAUSTED', 'FAILURE_WEIGHT', 'PROBE_FAILED']),
    );
  });

  it('R-9: tells the outages of the provider, each once and over again', () => {
    const outages = named('OutageOpened').map(({ provider, at }) => [provider, at.slice(11, 16)]);
    const ends = named('OutageClosed').map(({ provider, at }) => [provider, at.slice(11, 16)]);
    expect({ outages, ends }).toMatchInlineSnapshot(`
     {
       "ends": [
         [
           "simulated",
           "06:38",
         ],
         [
           "simulated",
           "14:13",
         ],
         [
           "simulated",
           "19:27",
         ],
       ],
       "outages": [
         [
           "simulated",
           "06:01",
         ],
         [
           "simulated",
           "14:01",
         ],
         [
           "simulated",
           "19:01",
         ],
       ],
     }
    `);
    expect(ends).toHaveLength(outages.length);
  });

  it('goes on with the spare provider where there is one, and comes back', () => {
    const switched = named('FeedSwitched');
    expect(switched.filter(({ provider }) => provider === 'spare').length).toBeGreaterThanOrEqual(10);
    const last = new Map(switched.map(({ pair, provider }) => [pair, provider]));
    expect([...last.values()].every((provider) => provider === 'simulated')).toBe(true);
  });

  it('puts every kind of broken bar aside, and ends GREEN', () => {
    expect(new Set(named('BarQuarantined').map(({ reason }) => reason))).toEqual(
      new Set([
        'OHLC_VIOLATED',
        'NOT_FINITE',
        'NOT_POSITIVE',
        'NEGATIVE_VOLUME',
        'OUT_OF_ORDER',
        'FUTURE_BAR',
        'NOT_TABULAR',
        'SPIKE',
      ]),
    );
    const last = new Map(named('FreshnessChanged').map(({ pair, colour }) => [pair, colour]));
    expect([...new Set(last.values())]).toEqual(['GREEN']);
  });
});

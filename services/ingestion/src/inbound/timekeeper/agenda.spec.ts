import type { AnyEvent, EventName, EventNamed } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { MemoryLog } from '../../../test/memory-log.ts';
import { calendars, decider } from '../../../test/feed-words.ts';
import { feedEntity } from '../../feed.entity.ts';
import { ProviderWatch } from '../watching/provider-watch.ts';
import { shortFeed } from '../../../test/short-feed.ts';
import { xnys } from '../../domain/calendars/xnys.ts';
import { historicFeeds, type HistoricFeed } from '../../histories.ts';
import { RecordedProvider } from '../../outbound/providers/recorded/recorded.provider.ts';
import { Agenda } from './agenda.ts';
import { Course } from './course.ts';
import { readStanding } from './standing.ts';

/** Twenty years take seconds, and more of them on a machine that is busy. */
const PATIENCE_MS = 120_000;

/** An agenda that goes on where the log stands. */
async function agendaOf(log: MemoryLog, feeds: readonly HistoricFeed[]): Promise<Agenda> {
  const { feeds: states, providers, position } = await readStanding(log.sql);
  const watch = new ProviderWatch(states, providers);
  const ground = { entity: feedEntity(calendars), calendars, onForeseen: watch.see.bind(watch) };
  return new Agenda(
    feeds.map((feed) => new Course(feed, states.get(feed.definition.pair) ?? decider.initialState(), ground)),
    watch,
    position,
  );
}

/** Plays history to its end; returns how many moments it had. */
async function play(log: MemoryLog, feeds: readonly HistoricFeed[], batchMax = 100): Promise<number> {
  const agenda = await agendaOf(log, feeds);
  let instants = 0;
  for (let batch = agenda.next(batchMax); batch.observations.length > 0; batch = agenda.next(batchMax)) {
    const outcomes = await log.perform(batch.observations);
    expect(outcomes.filter(({ refusal }) => refusal !== null)).toEqual([]);
    instants += batch.instants;
  }
  return instants;
}

const about = <Name extends EventName>(log: MemoryLog, pair: string, name: Name): readonly EventNamed<Name>['data'][] =>
  log.kept
    .map(({ event }) => event)
    .filter(
      (event): event is Extract<AnyEvent, { type: Name }> =>
        event.type === name && 'pair' in event.data && event.data.pair === pair,
    )
    .map(({ data }) => data);

describe('the whole history', () => {
  const log = new MemoryLog();
  let instants = 0;
  beforeAll(async () => {
    instants = await play(log, await historicFeeds());
  }, PATIENCE_MS);

  it('has 15,431 moments: 77 seconds at 200 a second', () => {
    expect({ instants, deadlines: log.deadlinesPassed, facts: log.kept.length }).toEqual({
      instants: 15_431,
      deadlines: 9_637,
      facts: 16_071,
    });
  });

  it('never goes back in time', () => {
    const times = log.kept.map(({ time }) => time);
    expect(times.filter((time, index) => time < (times[index - 1] ?? time))).toEqual([]);
  });

  it('has every recorded bar of the S&P 500, 300 as history and the others each once schedulable, but for three spikes', () => {
    const bars = about(log, 'SPX-1d', 'BarClosed');
    expect(bars).toHaveLength(5_105);
    expect(bars.filter(({ backfill }) => backfill).length).toBe(300);
    expect(bars.filter(({ freshness }) => freshness.schedulable).length).toBe(4_802);
    expect(bars[300]).toMatchObject({ closeAt: '2001-03-13T21:00:00.000Z', backfill: false, simulated: false });
    expect(bars.at(-1)).toMatchObject({
      closeAt: '2020-04-17T20:00:00.000Z',
      close: '2874.560059',
      volume: 5_792_140_000,
    });
    expect(about(log, 'SPX-1d', 'BarMissed')).toEqual([]);
    const spikes = about(log, 'SPX-1d', 'BarQuarantined').map(({ reason, openAt }) => [reason, openAt?.slice(0, 10)]);
    expect(spikes).toEqual([
      ['SPIKE', '2007-02-27'],
      ['SPIKE', '2016-09-09'],
      ['SPIKE', '2018-10-10'],
    ]);
    const released = about(log, 'SPX-1d', 'BarReleased').map(({ openAt, confirmedBy, at }) => [
      openAt.slice(0, 10),
      confirmedBy,
      at.slice(0, 10),
    ]);
    expect(released).toEqual([
      ['2007-02-27', 'NEXT_BAR', '2007-02-28'],
      ['2016-09-09', 'NEXT_BAR', '2016-09-12'],
      ['2018-10-10', 'NEXT_BAR', '2018-10-11'],
    ]);
    expect(about(log, 'SPX-1d', 'GapFound')).toEqual([]);
    expect(about(log, 'SPX-1d', 'FreshnessChanged').filter(({ colour }) => colour !== 'GREEN')).toHaveLength(2); // Before its first bars.
  });

  it('has a fortnight of simulated EURUSD, and says of each bar that it is simulated', () => {
    const bars = about(log, 'EURUSD-15m', 'BarClosed');
    expect(bars.every(({ simulated, provider }) => simulated && provider === 'simulated')).toBe(true);
    expect(bars.filter(({ backfill }) => backfill).length).toBe(300);
    expect(new Set(bars.map(({ openAt }) => openAt)).size).toBe(300 + 960 - 4); // All but those that nobody quoted.
  });

  it('fails often enough in a row for CRITICAL, and then recovers', () => {
    const exhausted = about(log, 'EURUSD-15m', 'AttemptFailed').filter((attempt) => attempt.exhausted);
    expect(exhausted.map(({ barCloseAt, attempt }) => [barCloseAt, attempt])).toEqual([
      ['2001-03-20T09:00:00.000Z', 5],
      ['2001-03-20T09:15:00.000Z', 5],
      ['2001-03-20T09:30:00.000Z', 5],
      ['2001-03-20T09:45:00.000Z', 5],
      ['2001-03-27T10:15:00.000Z', 5],
      ['2001-03-27T10:30:00.000Z', 5],
    ]);
    const late = about(log, 'EURUSD-15m', 'BarClosed').filter(
      ({ receivedAt }) => receivedAt > '2001-03-20T10' && receivedAt < '2001-03-20T10:14',
    );
    expect(
      late.map(({ closeAt, freshness }) => [closeAt.slice(11, 16), freshness.colour, freshness.schedulable]),
    ).toEqual([
      ['09:00', 'RED', false],
      ['09:15', 'RED', false],
      ['09:30', 'AMBER', false],
      ['09:45', 'GREEN', true],
      ['10:00', 'GREEN', true],
    ]);
  });

  it('is silent until AMBER and RED, and misses each boundary once', () => {
    const missed = about(log, 'EURUSD-15m', 'BarMissed').filter(
      ({ boundaryAt }) => boundaryAt > '2001-03-22' && boundaryAt < '2001-03-23',
    );
    expect(missed.map(({ boundaryAt, colour, inARow }) => [boundaryAt.slice(11, 16), colour, inARow])).toEqual([
      ['13:00', 'GREEN', 1],
      ['13:15', 'AMBER', 2],
      ['13:30', 'RED', 3],
      ['13:45', 'RED', 4],
    ]);
    expect(
      about(log, 'EURUSD-15m', 'AttemptFailed').filter(({ at }) => at > '2001-03-22' && at < '2001-03-23'),
    ).toEqual([]);
  });

  it('carries the time where a provider had nothing to tell', () => {
    const ticks = log.kept.filter(({ event }) => event.type === 'ClockAdvanced').map(({ time }) => time.slice(0, 16));
    expect(ticks).toEqual(['2001-03-22T13:00', '2001-03-22T13:15', '2001-03-22T13:30', '2001-03-22T13:45']);
  });

  it('puts every kind of broken bar aside, with its reason', () => {
    expect(about(log, 'EURUSD-15m', 'BarQuarantined').map(({ reason }) => reason)).toEqual([
      'OHLC_VIOLATED',
      'NOT_FINITE',
      'NOT_POSITIVE',
      'NEGATIVE_VOLUME',
      'OUT_OF_ORDER',
      'MISALIGNED',
      'FUTURE_BAR',
      'NOT_TABULAR',
    ]);
    const editions = about(log, 'EURUSD-15m', 'BarClosed').filter(({ revision }) => revision > 0);
    expect(editions.map(({ closeAt }) => closeAt.slice(0, 16))).toEqual([
      '2001-03-23T07:00',
      '2001-03-23T09:00',
      '2001-03-23T11:00',
      '2001-03-23T12:00',
    ]);
    expect(about(log, 'EURUSD-15m', 'BarRevised').map(({ closeAt }) => closeAt.slice(0, 16))).toEqual([
      '2001-03-29T10:00',
    ]);
  });

  it('pauses each feed where its history ends, GREEN', () => {
    expect(
      log.kept
        .filter(({ event }) => event.type === 'FeedPaused')
        .map(({ time, event }) => [time.slice(0, 16), event.data]),
    ).toEqual([
      ['2001-03-30T22:00', expect.objectContaining({ pair: 'EURUSD-15m' })],
      ['2020-04-17T20:15', expect.objectContaining({ pair: 'SPX-1d' })],
    ]);
    expect(about(log, 'EURUSD-15m', 'FreshnessChanged').at(-1)).toMatchObject({
      colour: 'GREEN',
      marketState: 'CLOSED',
    });
  });

  it(
    'is over when it is played again',
    async () => {
      expect(await play(log, await historicFeeds())).toBe(0);
    },
    PATIENCE_MS,
  );
});

describe('an agenda', () => {
  const feeds = [shortFeed()];

  it(
    'goes on from the last committed step as if nothing had happened, wherever it was stopped',
    async () => {
      const unbroken = new MemoryLog();
      await play(unbroken, feeds);
      const life = fc.record({ batches: fc.integer({ min: 1, max: 5 }), batchMax: fc.integer({ min: 1, max: 12 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 8 }), async (lives) => {
          const log = new MemoryLog();
          for (const { batches, batchMax } of lives) {
            const agenda = await agendaOf(log, feeds);
            for (let batch = 0; batch < batches; batch += 1) {
              await log.perform(agenda.next(batchMax).observations);
            }
            agenda.next(batchMax); // Thought out, and lost with the process.
          }
          await play(log, feeds);
          expect(log.kept).toEqual(unbroken.kept);
        }),
        { numRuns: 25 },
      );
    },
    PATIENCE_MS,
  );

  it('begins a feed anew when its definition is another, and keeps what was known', async () => {
    const log = new MemoryLog();
    await log.perform((await agendaOf(log, feeds)).next(10).observations);
    const renewed = feeds.map((feed) => ({ ...feed, definition: { ...feed.definition, calendarVersion: '2' } }));
    await log.perform((await agendaOf(log, renewed)).next(3).observations);
    expect(about(log, 'EURUSD-15m', 'FeedAdded').map(({ calendarVersion }) => calendarVersion)).toEqual(['1', '2']);
    expect(about(log, 'EURUSD-15m', 'BarClosed').filter(({ backfill }) => backfill)).toHaveLength(32);
  });

  it(
    'quarantines a file that is a page of HTML, gives it up, and ends',
    async () => {
      const [spx] = await historicFeeds();
      if (spx === undefined) throw new Error('there is a recorded feed');
      const beginAt: Instant = instant('2000-01-03T21:00:00.000Z');
      const provider = new RecordedProvider('<html><body>Not found</body></html>', {
        calendar: xnys,
        timeframe: '1d',
        backfillBars: 300,
        latencyMs: 0,
        beginAt,
      });
      const log = new MemoryLog();
      await play(log, [{ ...spx, providers: [provider] }]);
      expect(log.kept.map(({ event }) => event.type)).toEqual([
        'FeedAdded',
        'FreshnessChanged',
        ...Array.from({ length: 5 }, () => ['BarQuarantined', 'AttemptFailed']).flat(),
        'FeedPaused',
      ]);
    },
    PATIENCE_MS,
  );
});

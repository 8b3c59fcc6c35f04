import type { BarClosed, BarQuarantined } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { calendars, definition, observe, tuesday } from '../../test/feed-words.ts';
import { FeedTimeline } from '../../test/feed-timeline.ts';
import { cadenceOf, type FeedDefinition, type FeedEvent } from './feed.ts';
import { gapBetween, GAP_BARS_MAX } from './gap.ts';
import { sideQuestionsOf } from './questions.ts';
import { sigmaOf } from './spike.ts';

const QUARTER_MS = 900_000;
const begun = tuesday('02:00:00');
const openOf = (bar: number): Instant => plusMs(begun, (bar - 1) * QUARTER_MS);
const toldAt = (bar: number): Instant => plusMs(begun, bar * QUARTER_MS + 2_000);

const bars = (close: number): Parameters<typeof observe>[2] => {
  const text = close.toFixed(5);
  return { open: text, high: (close * 1.0001).toFixed(5), low: (close * 0.9999).toFixed(5), close: text, raw: text };
};

/** A feed that has had so many quiet bars, one basis point up and one down. */
function quiet(count: number, of: FeedDefinition = definition): FeedTimeline {
  const timeline = new FeedTimeline();
  timeline.hear({ type: 'AddFeed', data: { definition: of, at: begun } });
  for (let bar = 1; bar <= count; bar += 1)
    timeline.hear(observe(openOf(bar), toldAt(bar), bars(bar % 2 ? 1.3 : 1.30013)));
  return timeline;
}

const typesOf = (facts: readonly FeedEvent[]): readonly string[] => facts.map(({ type }) => type);
const closedIn = (facts: readonly FeedEvent[]): readonly BarClosed['data'][] =>
  facts.flatMap((fact) => (fact.type === 'BarClosed' ? [fact.data] : []));
const asideIn = (facts: readonly FeedEvent[]): readonly BarQuarantined['data'][] =>
  facts.flatMap((fact) => (fact.type === 'BarQuarantined' ? [fact.data] : []));

describe('a spike', () => {
  it('is put aside with its numbers, and the pair stays as fresh as the bar that came', () => {
    const timeline = quiet(24);
    const facts = timeline.hear(observe(openOf(25), toldAt(25), bars(1.33)));
    expect(typesOf(facts)).toEqual(['BarQuarantined']);
    expect(asideIn(facts)[0]).toMatchObject({ reason: 'SPIKE', told: { close: '1.33000' } });
    expect(asideIn(facts)[0]?.detail).toMatch(
      /^close 1\.33000 is \d+\.\d standard deviations of the last 20 returns away from/,
    );
    timeline.passUntil(plusMs(toldAt(26), -1));
    expect(timeline.said.filter(({ type }) => type === 'BarMissed')).toEqual([]);
    expect(timeline.feed).toMatchObject({ colour: 'GREEN' });
  });

  it('is released when the next bar confirms its level, and is not analysed then', () => {
    const timeline = quiet(24);
    timeline.hear(observe(openOf(25), toldAt(25), bars(1.33)));
    const facts = timeline.hear(observe(openOf(26), toldAt(26), bars(1.331)));
    expect(typesOf(facts)).toEqual(['BarReleased', 'BarClosed', 'BarClosed']);
    expect(closedIn(facts).map(({ close, freshness }) => [close, freshness.schedulable])).toEqual([
      ['1.33000', false],
      ['1.33100', true],
    ]);
  });

  it('stays aside when the next bar is back where the market was, and is not asked for again', () => {
    const timeline = quiet(24);
    timeline.hear(observe(openOf(25), toldAt(25), bars(1.33)));
    const facts = timeline.hear(observe(openOf(26), toldAt(26), bars(1.3)));
    expect(typesOf(facts)).toEqual(['GapFound', 'BarClosed']);
    // The provider still tells the same for the bar that is missing: it is no news, and the gap is settled without it.
    expect(timeline.hear(observe(openOf(25), plusMs(toldAt(26), 1), bars(1.33)))).toEqual([]);
    const settled = timeline.hear({ type: 'SettleGap', data: { fromAt: openOf(25), at: plusMs(toldAt(26), 2) } });
    expect(settled[0]).toMatchObject({ type: 'GapFilled', data: { bars: 0, missing: 1 } });
  });

  it('may be told right afterwards by its provider: the corrected bar fills the gap', () => {
    const timeline = quiet(24);
    timeline.hear(observe(openOf(25), toldAt(25), bars(1.33)));
    timeline.hear(observe(openOf(26), toldAt(26), bars(1.3)));
    const facts = timeline.hear(observe(openOf(25), plusMs(toldAt(26), 1), bars(1.3001)));
    expect(closedIn(facts)).toMatchObject([{ backfill: true, close: '1.30010', freshness: { schedulable: false } }]);
  });

  it('is released at once when a second provider shows the same level, and is analysed', () => {
    const sources = [
      { provider: 'simulated', symbol: 'EURUSD' },
      { provider: 'second', symbol: 'EUR_USD' },
    ];
    const timeline = quiet(24, { ...definition, sources });
    timeline.hear(observe(openOf(25), toldAt(25), bars(1.33)));
    const { feed } = timeline;
    if (feed.status === 'unknown') throw new Error('the feed was added');
    expect(sideQuestionsOf(feed)).toEqual([
      { kind: 'confirm', provider: 'second', fromAt: openOf(25), toAt: openOf(26) },
    ]);
    expect(timeline.hear(observe(openOf(25), plusMs(toldAt(25), 1), bars(1.3), 'second'))).toEqual([]);
    const facts = timeline.hear(observe(openOf(25), plusMs(toldAt(25), 2), bars(1.3301), 'second'));
    expect(typesOf(facts)).toEqual(['BarReleased', 'BarClosed']);
    expect(closedIn(facts)).toMatchObject([
      { provider: 'simulated', close: '1.33000', freshness: { schedulable: true } },
    ]);
  });

  it('is no matter of a market that moved on while nothing came', () => {
    const timeline = quiet(24);
    // Twelve deviations away, over sixteen bars: three for each step of a random walk.
    const sigma = sigmaOf([...Array.from({ length: 21 }, (_, bar) => (bar % 2 ? 1.3 : 1.30013))]) ?? 0;
    const moved = 1.3 * Math.exp(12 * sigma);
    expect(typesOf(timeline.hear(observe(openOf(40), toldAt(40), bars(moved))))).toContain('BarClosed');
    const filled = timeline.hear(observe(openOf(26), plusMs(toldAt(40), 1), bars(1.3)));
    expect(typesOf(filled)).toEqual(['BarClosed']);
  });

  it('is nothing that twenty returns cannot tell', () => {
    const timeline = quiet(20);
    expect(typesOf(timeline.hear(observe(openOf(21), toldAt(21), bars(1.5))))).toEqual(['BarClosed']);
    expect(sigmaOf(Array.from({ length: 20 }, () => 1))).toBeNull();
    expect(sigmaOf(Array.from({ length: 21 }, () => 1))).toBe(1e-4);
  });
});

describe('flat bars', () => {
  const flat = { open: '1.3', high: '1.3', low: '1.3', close: '1.3', volume: '0' };

  it('are taken four times in a row, and put aside from the fifth on', () => {
    const timeline = quiet(3);
    const facts = [4, 5, 6, 7, 8, 9].flatMap((bar) => timeline.hear(observe(openOf(bar), toldAt(bar), flat)));
    expect(typesOf(facts).filter((type) => type.startsWith('Bar') && type !== 'BarMissed')).toEqual([
      ...Array.from({ length: 4 }, () => 'BarClosed'),
      'BarQuarantined',
      'BarQuarantined',
    ]);
    expect(asideIn(facts)[0]).toMatchObject({
      reason: 'FLAT',
      detail: '5 bars or more in a row show 1.3 and no volume',
    });
  });

  it('are no matter while something is traded', () => {
    const timeline = quiet(3);
    const facts = [4, 5, 6, 7, 8, 9].flatMap((bar) =>
      timeline.hear(observe(openOf(bar), toldAt(bar), { ...flat, volume: '1' })),
    );
    expect(asideIn(facts)).toEqual([]);
  });
});

describe('a gap', () => {
  it('is found with the next bar, asked for, filled by what comes, and settled', () => {
    const timeline = quiet(2);
    const facts = timeline.hear(observe(openOf(6), toldAt(6)));
    expect(facts[0]).toMatchObject({ type: 'GapFound', data: { fromAt: openOf(3), toAt: openOf(6), bars: 3 } });
    const { feed } = timeline;
    if (feed.status === 'unknown') throw new Error('the feed was added');
    expect(sideQuestionsOf(feed)).toEqual([
      { kind: 'gap', provider: 'simulated', fromAt: openOf(3), toAt: openOf(6), isLast: true },
    ]);
    const filled = [4, 5].flatMap((bar) => timeline.hear(observe(openOf(bar), plusMs(toldAt(6), bar))));
    expect(closedIn(filled)).toMatchObject([
      { openAt: openOf(4), backfill: true, freshness: { schedulable: false } },
      { openAt: openOf(5), backfill: true },
    ]);
    expect(timeline.hear({ type: 'SettleGap', data: { fromAt: openOf(3), at: plusMs(toldAt(6), 9) } })).toMatchObject([
      { type: 'GapFilled', data: { bars: 2, missing: 1 } },
    ]);
    expect(timeline.hear({ type: 'SettleGap', data: { fromAt: openOf(3), at: plusMs(toldAt(6), 10) } })).toEqual([]);
  });

  it('is none over a weekend', () => {
    const cadence = cadenceOf(definition, calendars);
    const friday = '2014-05-09T21:00:00.000Z' as Instant;
    expect(gapBetween(cadence, friday, '2014-05-11T21:00:00.000Z' as Instant)).toBeNull();
    expect(gapBetween(cadence, friday, '2014-05-11T21:15:00.000Z' as Instant)).toMatchObject({ bars: 1 });
  });

  it('that is longer than anybody needs is asked for by its newest bars', () => {
    const cadence = cadenceOf(definition, calendars);
    const gap = gapBetween(cadence, '2014-04-01T00:00:00.000Z' as Instant, '2014-05-06T00:00:00.000Z' as Instant);
    expect(gap).toMatchObject({ bars: GAP_BARS_MAX, toAt: '2014-05-06T00:00:00.000Z' });
  });
});

describe('bars that are pushed', () => {
  const pushed: FeedDefinition = { ...definition, provider: 'push', sources: [{ provider: 'push', symbol: 'EURUSD' }] };
  const bar = (number: number, close = '1.3001') => ({
    openAt: openOf(number),
    open: '1.3',
    high: '1.3002',
    low: '1.2999',
    close,
    volume: 1,
  });
  const push = (timeline: FeedTimeline, numbers: readonly ReturnType<typeof bar>[], at: Instant) =>
    timeline.hear({ type: 'PushBars', data: { bars: numbers as never, at } });
  const feed = (): FeedTimeline => {
    const timeline = new FeedTimeline();
    timeline.hear({ type: 'AddFeed', data: { definition: pushed, at: begun } });
    return timeline;
  };

  it('are taken together, and the same again change nothing', () => {
    const timeline = feed();
    const facts = push(timeline, [bar(1), bar(2), bar(3)], toldAt(3));
    expect(closedIn(facts).map(({ openAt, freshness }) => [openAt, freshness.schedulable])).toEqual([
      [openOf(1), false],
      [openOf(2), true], // Still within its latency when bar 3 comes.
      [openOf(3), true],
    ]);
    expect(push(timeline, [bar(1), bar(2), bar(3)], plusMs(toldAt(3), 1_000))).toEqual([]);
  });

  it('are all refused for one that is bad, which is named by its place and field', () => {
    const timeline = feed();
    expect(push(timeline, [bar(1), { ...bar(2), high: '1.2' }], toldAt(3))).toEqual([]);
    expect(timeline.refused).toEqual(['bar-refused']);
    expect(timeline.said.filter(({ type }) => type === 'BarClosed')).toEqual([]);
  });

  it('from before all that is remembered are a repetition, and harmless', () => {
    const timeline = feed();
    const many = Array.from({ length: 40 }, (_, index) => bar(index + 1));
    push(timeline, many, toldAt(40));
    expect(push(timeline, many, plusMs(toldAt(40), 1_000))).toEqual([]);
    expect(timeline.refused).toEqual([]);
  });

  it('are not for a feed that asks a provider', () => {
    const timeline = quiet(1);
    push(timeline, [bar(2)], toldAt(2));
    expect(timeline.refused).toEqual(['not-pushed']);
  });
});

describe('whatever a provider tells', () => {
  it('no bar that is closed moves more than eight deviations from the one before, unless it was confirmed', () => {
    const walk = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(1.3, 1.30013, 1.2999) },
        { weight: 1, arbitrary: fc.constantFrom(1.5, 1.1, 1.5004) },
      ),
      { minLength: 5, maxLength: 30 },
    );
    fc.assert(
      fc.property(walk, (closes) => {
        const timeline = quiet(24);
        closes.forEach((close, index) => {
          const number = 25 + index;
          const facts = timeline.hear(observe(openOf(number), toldAt(number), bars(close)));
          const told = facts.filter(({ type }) => type === 'BarClosed' || type === 'BarQuarantined');
          expect(told.length).toBeGreaterThan(0); // Every bar ends as one or the other.
        });
        expect(new Set(closedIn(timeline.said).map(({ openAt }) => openAt)).size).toBe(closedIn(timeline.said).length);
        const released = new Set(
          timeline.said.flatMap((fact) => (fact.type === 'BarReleased' ? [fact.data.openAt] : [])),
        );
        const spikes = asideIn(timeline.said).filter(({ reason }) => reason === 'SPIKE');
        for (const { openAt } of spikes)
          expect(closedIn(timeline.said).some((bar) => bar.openAt === openAt)).toBe(
            openAt !== null && released.has(openAt),
          );
      }),
      { numRuns: 100 },
    );
  });
});

import type { AttemptFailed } from '@tocsin/contracts';
import { instant, isRefusal, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { calendars, decider, definition, observe, tuesday } from '../../test/feed-words.ts';
import { FeedTimeline } from '../../test/feed-timeline.ts';
import { breakerOf } from './breaker.ts';
import type { FeedCommand } from './feed.commands.ts';
import { evaluateAt, type FeedDefinition, type KnownFeed } from './feed.ts';

const QUARTER_MS = 900_000;
const begun = tuesday('08:00:00');

const twoSources: FeedDefinition = {
  ...definition,
  sources: [
    { provider: 'simulated', symbol: 'EURUSD' },
    { provider: 'second', symbol: 'EUR_USD' },
  ],
};

type Failure = Pick<AttemptFailed['data'], 'failureSource' | 'errorCode'>;
const unreachable: Failure = { failureSource: 'network_error', errorCode: 'NETWORK_ERROR' };
const refused: Failure = { failureSource: 'provider', errorCode: 'REFUSED' };

/** A timeline on which bars are counted from 08:00 on; the bar `n` closes n quarters of an hour later. */
class Story {
  readonly timeline = new FeedTimeline();

  constructor(of: FeedDefinition = definition, at: Instant = begun) {
    this.timeline.hear({ type: 'AddFeed', data: { definition: of, at } });
  }

  closeOf = (bar: number): Instant => plusMs(begun, bar * QUARTER_MS);

  comes(bar: number, changes: Parameters<typeof observe>[2] = {}, provider = 'simulated'): this {
    const openAt = plusMs(begun, (bar - 1) * QUARTER_MS);
    this.timeline.hear(observe(openAt, plusMs(this.closeOf(bar), 2_000), changes, provider));
    return this;
  }

  fails(bar: number, failure: Failure = refused, provider = 'simulated'): this {
    const data = { provider, barCloseAt: this.closeOf(bar), jitter: 0.5 };
    const told = { ...failure, message: 'no', retryAfterMs: null };
    for (let attempt = 0; attempt < (failure.errorCode === 'REFUSED' ? 1 : 5); attempt += 1) {
      const at = plusMs(this.closeOf(bar), 2_000 + attempt * 10_000);
      this.timeline.hear({ type: 'ObserveFailure', data: { ...data, failure: told, at } });
    }
    return this;
  }

  answersTrial(bar: number, provider: string): this {
    const at = plusMs(this.closeOf(bar), 3_000);
    this.timeline.hear({ type: 'EndTrial', data: { provider, newestCloseAt: this.closeOf(bar), at } });
    return this;
  }

  get feed(): KnownFeed {
    const { feed } = this.timeline;
    if (feed.status === 'unknown') throw new Error('the feed was added');
    return feed;
  }

  /** What was said of breakers and providers, briefly. */
  get moves(): readonly string[] {
    return this.timeline.said.flatMap(({ type, data }) => {
      if (type === 'BreakerOpened') return [`${data.provider} opened: ${data.cause} x${data.timesOpened}`];
      if (type === 'BreakerHalfOpened') return [`${data.provider} half-opened`];
      if (type === 'BreakerProbed') return [`${data.provider} answered ${data.successes}`];
      if (type === 'BreakerClosed') return [`${data.provider} closed`];
      if (type === 'FeedSwitched') return [`${data.from} to ${data.provider}: ${data.reason}`];
      return [];
    });
  }
}

describe('the breaker of a provider for one pair', () => {
  it('opens after five bars in a row whose attempts were used up, and counts the retries of a bar once', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4]) story.fails(bar, unreachable);
    expect(story.moves).toEqual([]);
    story.fails(5, unreachable);
    expect(story.moves).toEqual(['simulated opened: EXHAUSTED x1']);
  });

  it('forgets failures in a row with the next bar that comes', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4]) story.fails(bar, unreachable);
    story.comes(5);
    for (const bar of [6, 7]) story.fails(bar, unreachable);
    expect(story.moves).toEqual([]);
  });

  it('opens at half of the weight of the last bars, of which there must be ten', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4, 5]) story.comes(bar);
    for (const bar of [6, 7, 8, 9]) story.fails(bar);
    expect(story.moves).toEqual([]);
    story.fails(10);
    expect(story.moves[0]).toMatch(/^simulated opened: (?:EXHAUSTED|FAILURE_WEIGHT) x1$/);
  });

  it('weighs an unreachable network half as much as an error of the provider', () => {
    const story = new Story();
    // Nine bars of twenty cannot reach half of the weight at 0.5 each, however they lie.
    for (let bar = 1; bar <= 17; bar += 2) story.fails(bar, unreachable).comes(bar + 1);
    expect(story.moves).toEqual([]);
    expect(breakerOf(story.feed.breakers, 'simulated')).toMatchObject({ status: 'closed' });
    const worse = new Story();
    for (let bar = 1; bar <= 9; bar += 2) worse.fails(bar).comes(bar + 1);
    worse.fails(11);
    expect(worse.moves).toEqual(['simulated opened: FAILURE_WEIGHT x1']);
  });

  it('opens when nothing but bad data came for three bars of market time', () => {
    const story = new Story().comes(1).comes(2);
    for (const bar of [3, 4, 5]) story.comes(bar, { high: '1' });
    expect(story.moves).toEqual([]);
    story.comes(6, { high: '1' });
    expect(story.moves).toEqual(['simulated opened: BAD_DATA x1']);
  });

  it('T-49: opens when a provider answers with pages of HTML, and no bar comes of it', () => {
    const story = new Story();
    for (let bar = 1; bar <= 4; bar += 1) {
      const data = { provider: 'simulated', barCloseAt: story.closeOf(bar), body: '<html>', jitter: 0.5 };
      for (let attempt = 0; attempt < 5; attempt += 1)
        story.timeline.hear({
          type: 'ObserveGarbage',
          data: { ...data, at: plusMs(story.closeOf(bar), 2_000 + attempt * 10_000) },
        });
    }
    expect(story.moves[0]).toBe('simulated opened: BAD_DATA x1');
    expect(story.timeline.said.filter(({ type }) => type === 'BarClosed')).toEqual([]);
    expect(
      story.timeline.said.some(({ type, data }) => type === 'BarQuarantined' && data.reason === 'NOT_TABULAR'),
    ).toBe(true);
  });

  it('R-8: is tried again by itself, closes after two good answers and a GREEN bar, and never stays half open', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    story.timeline.passUntil(plusMs(story.closeOf(6), 1_000));
    expect(story.moves.slice(1)).toEqual(['simulated half-opened']);
    story.comes(6).answersTrial(6, 'simulated');
    expect(story.moves.slice(2)).toEqual(['simulated answered 1']);
    story.comes(7).answersTrial(7, 'simulated');
    expect(story.moves.slice(3)).toEqual(['simulated answered 2', 'simulated closed']);
    expect(story.feed.colour).toBe('GREEN');
  });

  it('opens for twice as long after each trial that failed, a quarter of an hour at most', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    for (let bar = 6; bar <= 16; bar += 1) {
      story.timeline.passUntil(plusMs(story.closeOf(bar), 1_000));
      story.fails(bar);
    }
    const opened = story.timeline.said.flatMap((fact) => (fact.type === 'BreakerOpened' ? [fact.data] : []));
    const waits = opened.map(({ at, probesAt }) => (Date.parse(probesAt) - Date.parse(at)) / 1_000);
    expect(waits.slice(0, 6)).toEqual([30, 60, 120, 240, 480, 900]);
    expect(Math.max(...waits)).toBe(900);
    expect(opened.slice(1).every(({ cause }) => cause === 'PROBE_FAILED')).toBe(true);
  });

  it('opens again when a trial brings nothing for two bars: it is not stuck half open', () => {
    const story = new Story();
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    story.timeline.passUntil(plusMs(story.closeOf(8), 0));
    expect(story.moves).toEqual([
      'simulated opened: EXHAUSTED x1',
      'simulated half-opened',
      'simulated opened: PROBE_SILENT x2',
      'simulated half-opened',
    ]);
  });

  it('does not count the time in which the market is closed', () => {
    const friday = instant('2014-05-09T20:00:00.000Z'); // The market closes at 21:00 until Sunday 21:00.
    const story = new Story(definition, friday);
    const closeOf = (bar: number): Instant => plusMs(friday, bar * QUARTER_MS);
    for (let bar = 1; bar <= 4; bar += 1)
      story.timeline.hear({
        type: 'ObserveFailure',
        data: {
          provider: 'simulated',
          barCloseAt: closeOf(bar),
          failure: { ...refused, message: 'no', retryAfterMs: null },
          jitter: 0,
          at: plusMs(closeOf(bar), 2_000),
        },
      });
    const sunday = instant('2014-05-11T21:15:00.000Z');
    story.timeline.hear({
      type: 'ObserveFailure',
      data: {
        provider: 'simulated',
        barCloseAt: sunday,
        failure: { ...refused, message: 'no', retryAfterMs: null },
        jitter: 0,
        at: plusMs(sunday, -899_000),
      },
    });
    expect(story.moves).toEqual(['simulated opened: EXHAUSTED x1']);
    const [opened] = story.timeline.said.flatMap((fact) => (fact.type === 'BreakerOpened' ? [fact.data] : []));
    expect(opened?.probesAt).toBe('2014-05-11T21:00:31.000Z');
  });
});

describe('a feed with two providers', () => {
  it('goes on with the second when the first one’s breaker opens, and says so', () => {
    const story = new Story(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    expect(story.moves).toEqual(['simulated opened: EXHAUSTED x1', 'simulated to second: BREAKER_OPENED']);
    const [switched] = story.timeline.said.flatMap((fact) => (fact.type === 'FeedSwitched' ? [fact.data] : []));
    expect(switched).toMatchObject({ from: 'simulated', provider: 'second', fallbackActive: true });
    story.comes(6, {}, 'second');
    expect(story.timeline.said.at(-2)).toMatchObject({ type: 'BarClosed', data: { provider: 'second' } });
  });

  it('comes back once the first has stood its trial, told by what it answers beside the second', () => {
    const story = new Story(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    story.comes(6, {}, 'second').answersTrial(6, 'simulated');
    story.comes(7, {}, 'second').answersTrial(7, 'simulated');
    expect(story.moves.slice(2)).toEqual([
      'simulated half-opened',
      'simulated answered 1',
      'simulated answered 2',
      'simulated closed',
      'second to simulated: RECOVERED',
    ]);
    expect(story.feed.provider).toBe('simulated');
  });

  it('takes no bar from a provider that is only on trial', () => {
    const story = new Story(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    const before = story.timeline.said.length;
    story.comes(6);
    expect(story.timeline.said.slice(before).filter(({ type }) => type === 'BarClosed')).toEqual([]);
  });

  it('goes on with another one when its provider cannot be called, and comes back when it can', () => {
    const story = new Story(twoSources).comes(1);
    const at = plusMs(story.closeOf(1), 60_000);
    story.timeline.hear({ type: 'ObserveProviders', data: { down: ['simulated'], reason: 'PROVIDER_TRIPPED', at } });
    story.timeline.hear({ type: 'ObserveProviders', data: { down: [], reason: 'RECOVERED', at: plusMs(at, 1) } });
    expect(story.moves).toEqual(['simulated to second: PROVIDER_TRIPPED', 'second to simulated: RECOVERED']);
  });

  it('stays where it is when nobody else may be asked', () => {
    const story = new Story(twoSources).comes(1);
    const at = plusMs(story.closeOf(1), 60_000);
    const down = ['simulated', 'second'];
    story.timeline.hear({ type: 'ObserveProviders', data: { down, reason: 'PROVIDER_TRIPPED', at } });
    expect(story.moves).toEqual([]);
  });
});

describe('whatever happens to a feed with two providers', () => {
  const happening = fc.oneof(
    fc.record({
      kind: fc.constantFrom('bar', 'bad', 'fail', 'garbage', 'trial', 'idle'),
      provider: fc.constantFrom('simulated', 'second'),
    }),
    fc.record({ kind: fc.constant('idle'), provider: fc.constant('simulated') }),
  );

  it('its breakers move only along their circle, its state stays small, and it always knows when to look again', () => {
    const next: Readonly<Record<string, readonly string[]>> = {
      closed: ['BreakerOpened'],
      open: ['BreakerHalfOpened'],
      'half-open': ['BreakerOpened', 'BreakerProbed', 'BreakerClosed'],
    };
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (story) => {
        const timeline = new FeedTimeline();
        timeline.hear({ type: 'AddFeed', data: { definition: twoSources, at: begun } });
        story.forEach(({ kind, provider }, index) => {
          const closeAt = plusMs(begun, (index + 1) * QUARTER_MS);
          const at = plusMs(closeAt, 2_000);
          timeline.passUntil(at);
          for (const command of commandsOf(kind, provider, closeAt, at)) {
            const outcome = decider.decide(command, timeline.feed);
            if (isRefusal(outcome)) continue;
            timeline.hear(command);
          }
        });
        const { feed, said } = timeline;
        expect(said.reduce(decider.evolve, decider.initialState())).toEqual(feed);
        expect(Buffer.byteLength(JSON.stringify(feed))).toBeLessThan(4_096);
        expect(evaluateAt(feed, calendars)).not.toBeNull();
        const status = new Map<string, string>();
        for (const { type, data } of said) {
          if (!type.startsWith('Breaker') || !('provider' in data)) continue;
          const before = status.get(data.provider) ?? 'closed';
          expect(next[before]).toContain(type);
          if (type === 'BreakerOpened') status.set(data.provider, 'open');
          if (type === 'BreakerHalfOpened') status.set(data.provider, 'half-open');
          if (type === 'BreakerClosed') status.set(data.provider, 'closed');
        }
      }),
      { numRuns: 200 },
    );
  });

  function commandsOf(kind: string, provider: string, closeAt: Instant, at: Instant): readonly FeedCommand[] {
    const openAt = plusMs(closeAt, -QUARTER_MS);
    const asked = { provider, barCloseAt: closeAt, jitter: 0.5, at };
    switch (kind) {
      case 'bar':
        return [
          observe(openAt, at, {}, provider),
          { type: 'EndTrial', data: { provider, newestCloseAt: closeAt, at } },
        ];
      case 'bad':
        return [observe(openAt, at, { low: '9', raw: openAt }, provider)];
      case 'fail':
        return [
          { type: 'ObserveFailure', data: { ...asked, failure: { ...refused, message: 'no', retryAfterMs: null } } },
        ];
      case 'garbage':
        return [{ type: 'ObserveGarbage', data: { ...asked, body: '<html>' } }];
      case 'trial':
        return [{ type: 'EndTrial', data: { provider, newestCloseAt: closeAt, at } }];
      default:
        return [];
    }
  }
});

import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { BreakerStory, QUARTER_MS, refused, unreachable } from '../../test/breaker-story.ts';
import { definition } from '../../test/feed-words.ts';
import { breakerOf } from './breaker.ts';

describe('the breaker of a provider for one pair', () => {
  it('opens after five bars in a row whose attempts were used up, and counts the retries of a bar once', () => {
    const story = new BreakerStory();
    for (const bar of [1, 2, 3, 4]) story.fails(bar, unreachable);
    expect(story.moves).toEqual([]);
    story.fails(5, unreachable);
    expect(story.moves).toEqual(['simulated opened: EXHAUSTED x1']);
  });

  it('forgets failures in a row with the next bar that comes', () => {
    const story = new BreakerStory();
    for (const bar of [1, 2, 3, 4]) story.fails(bar, unreachable);
    story.comes(5);
    for (const bar of [6, 7]) story.fails(bar, unreachable);
    expect(story.moves).toEqual([]);
  });

  it('opens at half of the weight of the last bars, of which there must be ten', () => {
    const story = new BreakerStory();
    for (const bar of [1, 2, 3, 4, 5]) story.comes(bar);
    for (const bar of [6, 7, 8, 9]) story.fails(bar);
    expect(story.moves).toEqual([]);
    story.fails(10);
    expect(story.moves[0]).toMatch(/^simulated opened: (?:EXHAUSTED|FAILURE_WEIGHT) x1$/);
  });

  it('weighs an unreachable network half as much as an error of the provider', () => {
    const story = new BreakerStory();
    // Nine bars of twenty cannot reach half of the weight at 0.5 each, however they lie.
    for (let bar = 1; bar <= 17; bar += 2) story.fails(bar, unreachable).comes(bar + 1);
    expect(story.moves).toEqual([]);
    expect(breakerOf(story.feed.breakers, 'simulated')).toMatchObject({ status: 'closed' });
    const worse = new BreakerStory();
    for (let bar = 1; bar <= 9; bar += 2) worse.fails(bar).comes(bar + 1);
    worse.fails(11);
    expect(worse.moves).toEqual(['simulated opened: FAILURE_WEIGHT x1']);
  });

  it('opens when nothing but bad data came for three bars of market time', () => {
    const story = new BreakerStory().comes(1).comes(2);
    for (const bar of [3, 4, 5]) story.comes(bar, { high: '1' });
    expect(story.moves).toEqual([]);
    story.comes(6, { high: '1' });
    expect(story.moves).toEqual(['simulated opened: BAD_DATA x1']);
  });

  it('T-49: opens when a provider answers with pages of HTML, and no bar comes of it', () => {
    const story = new BreakerStory();
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
    const story = new BreakerStory();
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
    const story = new BreakerStory();
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
    const story = new BreakerStory();
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
    const story = new BreakerStory(definition, friday);
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

import { plusMs, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { bar, bars, judgedAt, pair, steps, story } from '../../test/episode-story.ts';
import { episode } from '../episode.entity.ts';
import type { BreakerStanding, EpisodeCommand } from './episode.commands.ts';
import { episodeDecider } from './episode.decider.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);

const report = (id: string, number: number) => ({
  ...pair,
  cause: `It is the ${id}.`,
  causeEventIds: [id],
  episodeId: `ep-${id}`,
  terms: HOUSE_TERMS,
  at: judgedAt(number),
});
const watch = (number: number, breaker: BreakerStanding): EpisodeCommand => ({
  type: 'WatchBreaker',
  data: { ...report('breaker', number), breaker },
});
const MINUTE_MS = 60_000;
/** Opened when its bar was judged, unless it has been open since an earlier one. */
const opens = (number: number, openMs = MINUTE_MS, since = number): EpisodeCommand =>
  watch(number, { status: 'open', provider: 'kraken', openSince: judgedAt(since), openMs });
const isTried = (number: number): EpisodeCommand => watch(number, { status: 'half-open', provider: 'kraken' });
const closes = (number: number): EpisodeCommand => watch(number, { status: 'closed' });
const losesPatience = (at: Instant): EpisodeCommand => ({
  type: 'LoseBreakerPatience',
  data: { scope: pair.scope, at },
});
/** When the entity would have lost its patience. */
const deadlines = (commands: readonly EpisodeCommand[]) =>
  episode.deadlines?.(story(commands).reduce(episodeDecider.evolve, episodeDecider.initialState()), pair.scope);
const unwatched = (number: number): EpisodeCommand => ({
  type: 'ObserveHealth',
  data: { ...report('pause', number), level: 'INFO' },
});
const held = (command: EpisodeCommand): EpisodeCommand =>
  command.type === 'CountVerdicts' ? { ...command, data: { ...command.data, isBreakerOpen: true } } : command;

describe('a pair whose breaker opens', () => {
  it('is at ERROR at once, without a bar that says so', () => {
    expect(steps(story([opens(0)]))).toEqual(['ERROR']);
    expect(steps(story([bar(0, 'failed'), opens(0)]))).toEqual(['WARN', 'ERROR']);
  });

  it('is CRITICAL by its bars too, one rung from where it is', () => {
    expect(steps(story([opens(0), ...bars('failed', 'failed', 'failed')]))).toEqual(['ERROR', 'CRITICAL']);
    expect(steps(story([...bars('failed', 'failed', 'failed'), opens(3)]))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it.each([
    [MINUTE_MS, 30],
    [15 * MINUTE_MS, 30],
    [20 * MINUTE_MS, 40],
  ])('whose provider is left alone for %d ms is CRITICAL after %d minutes, and not before', (openMs, minutes) => {
    const at = plusMs(judgedAt(0), minutes * MINUTE_MS);
    expect(deadlines([opens(0, openMs)])).toEqual([{ name: 'breaker', at }]);
    expect(steps(story([opens(0, openMs), losesPatience(plusMs(at, -1))]))).toEqual(['ERROR']);
    expect(steps(story([opens(0, openMs), losesPatience(at)]))).toEqual(['ERROR', 'CRITICAL']);
    expect(deadlines([opens(0, openMs), losesPatience(at)])).toEqual([]);
  });

  it('is CRITICAL as a pair of the provider that is left alone, whichever it was of when it began', () => {
    const other = { status: 'open', provider: 'binance', openSince: judgedAt(1), openMs: MINUTE_MS } as const;
    const late = losesPatience(plusMs(judgedAt(1), 30 * MINUTE_MS));
    expect(story([opens(0), watch(1, other), late]).at(-1)).toMatchObject({
      type: 'EpisodeRaised',
      data: { to: 'CRITICAL', subject: { ...pair.subject, provider: 'binance' } },
    });
  });

  it('waits for it although it was at ERROR before, and says once that it does', () => {
    const before = [...bars('failed', 'failed'), opens(2)];
    expect(deadlines(before)).toEqual([{ name: 'breaker', at: plusMs(judgedAt(2), 30 * MINUTE_MS) }]);
    given(...story(before))
      .when(opens(2))
      .thenNothing();
  });

  it('is not waited for while its provider is tried, and has been open since it first was when that fails', () => {
    expect(deadlines([opens(0), isTried(1)])).toEqual([]);
    expect(steps(story([opens(0), isTried(1), opens(1, MINUTE_MS, 0)]))).toEqual(['ERROR']);
    expect(deadlines([opens(0), isTried(1), opens(1, MINUTE_MS, 0)])).toEqual([
      { name: 'breaker', at: plusMs(judgedAt(0), 30 * MINUTE_MS) },
    ]);
    expect(steps(story([opens(0), isTried(1), opens(3, MINUTE_MS, 0)]))).toEqual(['ERROR', 'CRITICAL']);
  });

  it('is at WARN while its provider is tried, where nothing worse is told', () => {
    expect(steps(story([isTried(0)]))).toEqual(['WARN']);
    expect(steps(story([opens(0), isTried(1)]))).toEqual(['ERROR']);
  });

  it('is not waited for any more once it is closed, or nobody watches the pair', () => {
    for (const end of [closes(1), unwatched(1)]) {
      expect(deadlines([opens(0), end])).toEqual([]);
      expect(steps(story([opens(0), end, losesPatience(judgedAt(4))]))).not.toContain('CRITICAL');
    }
    given().when(closes(0)).thenNothing();
  });

  it('that nobody knows the beginning of is waited for from now on', () => {
    const unknown = { status: 'open', provider: null, openSince: null, openMs: 0 } as const;
    expect(deadlines([watch(0, unknown), watch(1, unknown)])).toEqual([
      { name: 'breaker', at: plusMs(judgedAt(0), 30 * MINUTE_MS) },
    ]);
  });

  it('is not cleared by good bars that are counted while the breaker is open, and by the next one after', () => {
    const open = [opens(0), held(bar(1, 'good')), held(bar(2, 'good')), held(bar(3, 'good'))];
    expect(steps(story(open))).toEqual(['ERROR']);
    expect(steps(story([...open, bar(4, 'good')]))).toEqual(['ERROR', 'cleared']);
  });
});

describe('a pair that nobody watches any more', () => {
  it('has no episode', () => {
    expect(steps(story([...bars('failed', 'failed'), unwatched(2)]))).toEqual(['WARN', 'ERROR', 'cleared']);
    given().when(unwatched(0)).thenNothing();
  });

  it('begins anew when it is watched again: what failed before is not counted twice', () => {
    const before = [...bars('failed', 'failed', 'failed'), unwatched(3)];
    expect(steps(story([...before, bar(2, 'failed'), bar(10, 'failed')])).slice(3)).toEqual(['cleared', 'WARN']);
    expect(steps(story([...before, ...[10, 11, 12].map((number) => bar(number, 'failed'))])).slice(3)).toEqual([
      'cleared',
      'WARN',
      'ERROR',
      'CRITICAL',
    ]);
  });

  it('remembers its good bars after an episode that they have ended', () => {
    const events = story([...bars('failed', 'good', 'good'), bar(3, 'good')]);
    expect(events.at(-1)?.data).toMatchObject({ verdict: 'good', good: 3 });
  });
});

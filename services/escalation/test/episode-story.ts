import { isRefusal, instant, plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import type { EpisodeCommand } from '../src/domain/episode.commands.ts';
import { episodeDecider } from '../src/domain/episode.decider.ts';
import type { EpisodeEvent } from '../src/domain/episode.events.ts';
import type { Scope } from '../src/domain/episode.ts';
import type { Level } from '../src/domain/level.ts';
import { HOUSE_TERMS } from '../src/domain/terms.ts';
import type { Verdict } from '../src/domain/verdict.ts';

export const scope = 'pair-EURUSD-15m';
export const pair: Scope = {
  scope,
  scopeKind: 'pair',
  simulated: false,
  subject: { pair: 'EURUSD-15m' as Pair, symbol: 'EURUSD', timeframe: '15m', provider: 'kraken' },
};
const MONDAY = instant('2014-05-05T10:00:00.000Z');
export const closeOf = (bar: number): Instant => plusMs(MONDAY, bar * 900_000);
/** A bar is judged 100 s after it closed, unless a test says otherwise. */
export const judgedAt = (bar: number): Instant => plusMs(closeOf(bar), 100_000);

export const bar = (number: number, verdict: Verdict, at = judgedAt(number)): EpisodeCommand => ({
  type: 'CountVerdicts',
  data: {
    ...pair,
    isBreakerOpen: false,
    terms: HOUSE_TERMS,
    bars: [{ barCloseAt: closeOf(number), verdict, causeEventIds: [`e${number}`], episodeId: `ep${number}`, at }],
  },
});
export const bars = (...verdicts: readonly Verdict[]): readonly EpisodeCommand[] =>
  verdicts.map((verdict, number) => bar(number, verdict));

/** Everything that is said while the commands are decided one after the other. */
export function story(commands: readonly EpisodeCommand[]): readonly EpisodeEvent[] {
  let episode = episodeDecider.initialState();
  return commands.flatMap((command) => {
    const outcome = episodeDecider.decide(command, episode);
    if (isRefusal(outcome)) return [];
    episode = outcome.reduce(episodeDecider.evolve, episode);
    return outcome;
  });
}

/** The steps of the ladder in a story: the levels it rose to, and `cleared`. */
export const steps = (events: readonly EpisodeEvent[]): readonly (Level | 'cleared')[] =>
  events.flatMap(({ type, data }) =>
    type === 'EpisodeRaised' ? [data.to] : type === 'EpisodeCleared' ? ['cleared' as const] : [],
  );

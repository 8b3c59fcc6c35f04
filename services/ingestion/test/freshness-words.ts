import { existsSync, readFileSync } from 'node:fs';
import { epochMs, instant, plusMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { barsBetween, defaultFeedLatencyMs, nominalBarMs, type BarSpan } from '../src/domain/bar-grid.ts';
import type { Colour } from '@tocsin/contracts';
import type { Calendar } from '../src/domain/calendars/calendar.ts';
import { judge, type Cadence } from '../src/domain/freshness.ts';

export const MINUTE_MS = 60_000;

export const cadence = (calendar: Calendar, timeframe: Timeframe): Cadence => ({
  calendar,
  timeframe,
  feedLatencyMs: defaultFeedLatencyMs(calendar, timeframe),
});

const shared = (name: string): URL => new URL(`../../../../shared/data/${name}`, import.meta.url);

/** `describe` where a file of real market data is there, and otherwise the same skipped, with one line that says so. */
export function describeWith(name: string): jest.Describe {
  if (existsSync(shared(name))) return describe;
  console.info(`skipped: ../shared/data/${name} is not there`);
  return describe.skip;
}

/** When the bars of a file opened, oldest first. */
export const opensIn = (name: string): readonly Instant[] =>
  readFileSync(shared(name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => instant(line.slice(0, 20)));

/** The bars that a market ought to have; a made-up feed has all of them. */
export const spansOf = ({ calendar, timeframe }: Cadence, from: string, until: string): readonly BarSpan[] => [
  ...barsBetween(calendar, timeframe, instant(from), instant(until)),
];

/** One moment a minute, or as often as said, both ends included, each with the close of the newest bar by then. */
export function* minutes(
  closes: readonly Instant[],
  from: string | undefined = closes[0],
  until: string | undefined = closes.at(-1),
  stepMs = MINUTE_MS,
): Generator<{ readonly now: Instant; readonly newest: Instant }> {
  let index = 0;
  for (let ms = Date.parse(from ?? ''); ms <= Date.parse(until ?? ''); ms += stepMs) {
    const now = instant(ms);
    while ((closes[index + 1] ?? '~') <= now) index += 1;
    const newest = closes[index];
    if (newest !== undefined) yield { now, newest };
  }
}

export const counted = (words: Iterable<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** How a feed looks at each of these moments, judged in their order: market state and colour. */
export function looks(
  feed: Cadence,
  moments: Iterable<{ readonly now: Instant; readonly newest: Instant }>,
): readonly { readonly now: Instant; readonly look: string }[] {
  let kept: Colour = 'GREEN';
  return [...moments].map(({ now, newest }) => {
    const { colour, marketState } = judge(feed, { barCloseAt: newest, colour: kept }, now);
    kept = colour;
    return { now, look: `${marketState} ${colour}` };
  });
}

/** The peer that everybody writes first: the age of a bar by the clock on the wall, whether the market is open or not. */
export const byWallClock = (
  { calendar, timeframe }: Cadence,
  moments: Iterable<{ readonly now: Instant; readonly newest: Instant }>,
): readonly string[] =>
  [...moments].map(({ now, newest }) => {
    const x = (epochMs(now) - epochMs(newest)) / nominalBarMs(calendar, timeframe);
    return x <= 1 ? 'GREEN' : x <= 1.5 ? 'GAP' : x < 3 ? 'AMBER' : 'RED';
  });

/** When bars of this length that opened then have closed. */
export const closesAfter = (opens: readonly Instant[], lengthMs: number): readonly Instant[] =>
  opens.map((openAt) => plusMs(openAt, lengthMs));

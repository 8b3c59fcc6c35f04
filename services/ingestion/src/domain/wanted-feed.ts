import type { AddFeed as WantedFeed } from '@tocsin/contracts';
import { pairOf, refuse, type Refusal, type Timeframe } from '@tocsin/domain-kit';
import { defaultFeedLatencyMs } from './bar-grid.ts';
import type { Calendar } from './calendars/calendar.ts';
import type { Calendars, FeedDefinition } from './feed.ts';

export type WantedRefusal =
  'history-is-played' | 'pair-misspelt' | 'provider-unknown' | 'calendar-unknown' | 'timeframe-unsupported';

/** What can be watched here: the calendars, and the providers with the bar lengths that each has. */
export type Offer = {
  readonly calendars: Calendars;
  /** By name; null where history is played, and nobody can be asked. */
  readonly providers: () => ReadonlyMap<string, ReadonlySet<Timeframe>> | null;
};

/** Returns what is to be watched, or why it cannot be. */
export function definitionOf(
  { pair, symbol, timeframe, sources, calendarId, volumeKind, feedLatencyMs }: WantedFeed['data'],
  { calendars, providers: ask }: Offer,
): FeedDefinition | Refusal<WantedRefusal> {
  const providers = ask();
  if (providers === null)
    return refuse(
      'history-is-played',
      'Feeds are added where the clock is the wall’s; here recorded history is played.',
    );
  if (pair !== pairOf(symbol, timeframe))
    return refuse('pair-misspelt', `The pair of ${symbol} every ${timeframe} is ${pairOf(symbol, timeframe)}.`);
  for (const { provider } of sources) {
    const timeframes = providers.get(provider);
    if (timeframes === undefined)
      return refuse(
        'provider-unknown',
        `There is no provider ${provider}; there are ${[...providers.keys()].join(', ')}.`,
      );
    if (!timeframes.has(timeframe))
      return refuse(
        'timeframe-unsupported',
        `${provider} has bars of ${[...timeframes].join(', ')}, none of ${timeframe}.`,
      );
  }
  if (!calendars.has(calendarId)) return refuse('calendar-unknown', `There is no calendar ${calendarId}.`);
  const wanted = { pair, symbol, timeframe, sources, volumeKind, feedLatencyMs };
  return definedBy(wanted, calendars.of(calendarId), 'request');
}

/** What a feed is, as somebody wants it: the version of its calendar, and the latency that is normal where nobody says. */
export function definedBy(
  {
    sources,
    feedLatencyMs,
    ...wanted
  }: Omit<WantedFeed['data'], 'calendarId' | 'feedLatencyMs'> & {
    readonly feedLatencyMs: number | undefined;
  },
  calendar: Calendar,
  origin: NonNullable<FeedDefinition['origin']>,
): FeedDefinition {
  return {
    ...wanted,
    provider: sources[0]?.provider ?? '', // The schemas want at least one.
    calendarId: calendar.id,
    calendarVersion: calendar.version,
    simulated: false,
    feedLatencyMs: feedLatencyMs ?? defaultFeedLatencyMs(calendar, wanted.timeframe),
    sources: [...sources],
    origin,
  };
}

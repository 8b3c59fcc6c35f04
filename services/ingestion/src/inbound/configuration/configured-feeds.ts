import type { ConfiguredFeed, FeedSource, SchemaProblem, TocsinConfig } from '@tocsin/contracts';
import { pairOf, type Pair } from '@tocsin/domain-kit';
import type { CalendarBook } from '../../domain/calendars/calendar-book.ts';
import type { FeedDefinition } from '../../domain/feed.ts';
import { definedBy } from '../../domain/wanted-feed.ts';
import { FILES, type KnownProviders } from './known-providers.ts';
import type { Part } from './part.ts';

/** Reads which feeds are watched, by which calendar, and who is asked for them. */
export function readFeeds(
  { feeds }: TocsinConfig,
  known: KnownProviders,
  calendars: CalendarBook,
): Part<readonly FeedDefinition[]> {
  const problems: SchemaProblem[] = [];
  const definitions: FeedDefinition[] = [];
  const places = new Map<Pair, string>();
  for (const [index, feed] of feeds.entries()) {
    const place = `/feeds/${index}`;
    problems.push(...sourceProblems(place, feed, known));
    const pair = pairIn(feed);
    const calendar = calendars.has(feed.calendar) ? calendars.of(feed.calendar) : null;
    if (pair === null) problems.push({ pointer: `${place}/symbol`, message: 'is too long when it is spelled safely' });
    if (calendar === null) problems.push(unknownCalendar(place, feed, calendars));
    if (pair === null || calendar === null) continue;

    const other = places.get(pair);
    if (other !== undefined) problems.push({ pointer: place, message: `watches ${pair}, which ${other} does already` });
    places.set(pair, other ?? place);
    const { symbol, timeframe, volume: volumeKind, feedLatencyMs } = feed;
    const wanted = { pair, symbol, timeframe, sources: sourcesIn(feed), volumeKind, feedLatencyMs };
    definitions.push(definedBy(wanted, calendar, 'config'));
  }
  return { value: definitions, problems };
}

/** A plain name means that the provider spells the symbol as we do. */
const sourcesIn = ({ symbol, providers }: ConfiguredFeed): readonly FeedSource[] =>
  providers.map((source) => (typeof source === 'string' ? { provider: source, symbol } : source));

function pairIn({ symbol, timeframe }: ConfiguredFeed): Pair | null {
  try {
    return pairOf(symbol, timeframe);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function unknownCalendar(place: string, { calendar }: ConfiguredFeed, { ids }: CalendarBook): SchemaProblem {
  return { pointer: `${place}/calendar`, message: `'${calendar}' is no calendar; there are ${ids.join(', ')}` };
}

function* sourceProblems(place: string, feed: ConfiguredFeed, known: KnownProviders): Generator<SchemaProblem> {
  const sources = sourcesIn(feed);
  for (const [index, { provider, symbol }] of sources.entries()) {
    const pointer = `${place}/providers/${index}`;
    const facts = known.get(provider);
    if (facts === undefined) {
      const withBars = [...known].filter(([, { timeframes }]) => timeframes.size > 0).map(([name]) => name);
      yield { pointer, message: `'${provider}' is no provider; there are ${withBars.join(', ')}` };
    } else if (!facts.timeframes.has(feed.timeframe)) {
      const lengths = [...facts.timeframes].join(', ') || 'no bars at all';
      yield { pointer, message: `${provider} has no bars of ${feed.timeframe}; it has ${lengths}` };
    }
    if (provider === FILES && /[/\\]/.test(symbol))
      yield { pointer, message: `'${symbol}' is no name of a file in the directory of ${FILES}` };
    if (sources.findIndex((source) => source.provider === provider) < index)
      yield { pointer, message: `${provider} is there twice; each provider of a feed is asked once` };
  }
}

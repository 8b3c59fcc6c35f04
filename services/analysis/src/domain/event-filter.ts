import type { EventFilter } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';

/** Moments around which nothing is traded. */
export type FilteredEvents = EventFilter['events'];

const MINUTE_MS = 60_000;

/**
 * Whether nothing is traded in a market at a moment because of what happens then; both ends of the time belong to it. A
 * day's bar closes once, so only an event whose time holds that close concerns it.
 */
export const isFiltered = (events: FilteredEvents, symbol: string, at: Instant): boolean =>
  events.some(
    (event) =>
      (event.symbols === 'all' || event.symbols.includes(symbol)) &&
      at >= plusMs(event.at, -event.beforeMinutes * MINUTE_MS) &&
      at <= plusMs(event.at, event.afterMinutes * MINUTE_MS),
  );

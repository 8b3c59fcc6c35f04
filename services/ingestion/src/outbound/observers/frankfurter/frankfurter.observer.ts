import type { FrankfurterObservation } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { DAY_MS } from '../../../domain/calendars/calendar-day.ts';
import type { Series } from '../../../domain/series/series.ts';
import { addressOf } from '../../providers/paged.adapter.ts';
import type { Known, Observed, Observer, ObserverKind, ObserverSettings } from '../observer.ts';
import { failed, failedBy, garbled } from '../telling.ts';
import { readFrankfurter } from './frankfurter.reading.ts';

const PROVIDER = 'frankfurter';
/** So far back begins a rate that nobody has watched before. */
const HISTORY_DAYS = 90;

/** Watches the reference rates of one currency in others. */
class FrankfurterObserver implements Observer {
  readonly provider = PROVIDER;
  readonly keys: readonly string[];
  readonly #watched: FrankfurterObservation;
  readonly #settings: ObserverSettings;

  constructor(watched: FrankfurterObservation, settings: ObserverSettings) {
    this.#watched = watched;
    this.#settings = settings;
    this.keys = watched.quotes.map((quote) => keyOf(watched.base, quote));
  }

  async observe(known: Known, at: Instant): Promise<Observed> {
    const { base, quotes } = this.#watched;
    const { caller, url } = this.#settings;
    const begin = plusMs(at, -HISTORY_DAYS * DAY_MS).slice(0, 10);
    const newest = this.keys.map((key) => newestDayOf(known.get(key)) ?? begin);
    // The newest day is asked for again: the fixing of today may still change.
    const from = newest.reduce((one, other) => (one < other ? one : other));
    try {
      const answer = await caller.get(addressOf(url, `/v1/${from}..`, { base, symbols: quotes.join(',') }));
      if (answer.isCut) return failed(`${PROVIDER} answered with more than we read`);
      const reading = readFrankfurter(answer.text, this.#watched, at.slice(0, 10));
      if (reading.kind === 'garbage') return garbled(PROVIDER, reading.body);
      if (reading.kind === 'refusal') return failed(`${PROVIDER}: ${reading.words}`, { isRefused: true });
      const sights = quotes.map((quote) => {
        const rate = keyOf(base, quote);
        const fixings = reading.told.get(quote) ?? [];
        const command = { type: 'ObserveRate', data: { rate, provider: PROVIDER, base, quote, fixings, at } } as const;
        return { key: rate, command };
      });
      return { kind: 'seen', sights, unreadable: reading.unreadable };
    } catch (fault) {
      return failedBy(fault);
    }
  }
}

const keyOf = (base: string, quote: string): string => `${PROVIDER}-${base}${quote}`;

const newestDayOf = (series: Series | undefined): string | undefined =>
  series?.kind === 'rate' ? series.recent.at(-1)?.[0] : undefined;

export const frankfurter: ObserverKind<FrankfurterObservation> = {
  needsKey: false,
  url: 'https://api.frankfurter.dev',
  rate: { calls: 30, perMs: 60_000 },
  everyMs: 3_600_000,
  make: (watched, settings) => new FrankfurterObserver(watched, settings),
};

import type { TocsinConfig } from '@tocsin/contracts';
import { Caller } from '@tocsin/outbound';
import { fred } from './fred/fred.observer.ts';
import { frankfurter } from './frankfurter/frankfurter.observer.ts';
import { newsapi } from './newsapi/newsapi.observer.ts';
import type { Observer, ObserverSettings } from './observer.ts';

/** Something of the world that the configuration wants watched. */
type Watched = NonNullable<TocsinConfig['observations']>[number];

/** How a provider is asked, by the configuration; what is null the provider's kind decides. */
export type ProviderAccess = {
  readonly url: string | null;
  readonly key: string | null;
  readonly requestsPerMinute: number | null;
  readonly requestsPerDay: number | null;
};

/** An observer, and how often it looks. */
export type Round = { readonly observer: Observer; readonly everyMs: number };

/** What is watched, and how to let go of it. */
export type OpenObservers = { readonly rounds: readonly Round[]; readonly close: () => Promise<void> };

/** What watches the world, by the names that the configuration gives. */
export const OBSERVERS = { fred, frankfurter, newsapi } as const;

/** A vintage of a daily series, of five years; and a page of a hundred articles is far below that. */
const ANSWER_BYTES_MAX = 16 * 1_024 * 1_024;
const TIMEOUT_MS = 15_000;
const MINUTE_MS = 60_000;
const BREAKER = { callsMin: 3, openMs: 60_000 };

/** Opens an observer for each thing that is to be watched; those of one provider share its limits. */
export function openObservers(
  observations: readonly Watched[],
  access: ReadonlyMap<string, ProviderAccess>,
): OpenObservers {
  const callers = new Map<string, Caller>();
  const settingsOf = (name: keyof typeof OBSERVERS): ObserverSettings => {
    const { url, key, requestsPerMinute, requestsPerDay } = access.get(name) ?? NOTHING_CONFIGURED;
    const { url: home, rate } = OBSERVERS[name];
    const caller =
      callers.get(name) ??
      new Caller(name, {
        timeoutMs: TIMEOUT_MS,
        rate: requestsPerMinute === null ? rate : { calls: requestsPerMinute, perMs: MINUTE_MS },
        breaker: BREAKER,
        answerBytesMax: ANSWER_BYTES_MAX,
        ...(requestsPerDay !== null && { requestsPerDay }),
      });
    callers.set(name, caller);
    return { caller, url: (url ?? home).replace(/\/+$/, ''), key: key ?? '' };
  };
  const rounds = observations.map((watched): Round => {
    const everyMs = watched.everyMs ?? OBSERVERS[watched.provider].everyMs;
    switch (watched.provider) {
      case 'fred':
        return { observer: fred.make(watched, settingsOf('fred')), everyMs };
      case 'frankfurter':
        return { observer: frankfurter.make(watched, settingsOf('frankfurter')), everyMs };
      case 'newsapi':
        return { observer: newsapi.make(watched, settingsOf('newsapi')), everyMs };
    }
  });
  return {
    rounds,
    close: async () => {
      await Promise.all([...callers.values()].map((caller) => caller.close()));
    },
  };
}

const NOTHING_CONFIGURED: ProviderAccess = { url: null, key: null, requestsPerMinute: null, requestsPerDay: null };

import type { TocsinConfig } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { openLine, type Line, type LineListener } from '../line.ts';
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
  /** Since when the key has been in use; null where there is none. */
  readonly keySince: Instant | null;
  readonly requestsPerMinute: number | null;
  readonly requestsPerDay: number | null;
};

/** An observer, and how often it looks. */
export type Round = { readonly observer: Observer; readonly everyMs: number };

/** A provider of observations, and how it has been called. */
export type AskedProvider = {
  readonly name: string;
  readonly keySince: Instant | null;
  /** Requests that were sent so far. */
  readonly sent: () => number;
  /** What is left of the limit that the configuration sets; null where it sets none. */
  readonly quotaLeft: () => number | null;
};

/** What is watched, whom that takes, and how to let go of it. */
export type OpenObservers = {
  readonly rounds: readonly Round[];
  readonly providers: readonly AskedProvider[];
  /** Says of providers that are left alone that they are called as usual: others take the place of these. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
};

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
  onCallsChange: LineListener,
): OpenObservers {
  const lines = new Map<keyof typeof OBSERVERS, Line>();
  const settingsOf = (name: keyof typeof OBSERVERS): ObserverSettings => {
    const { url, key, requestsPerMinute, requestsPerDay } = access.get(name) ?? NOTHING_CONFIGURED;
    const { url: home, rate } = OBSERVERS[name];
    const options = {
      timeoutMs: TIMEOUT_MS,
      rate: requestsPerMinute === null ? rate : { calls: requestsPerMinute, perMs: MINUTE_MS },
      breaker: BREAKER,
      answerBytesMax: ANSWER_BYTES_MAX,
      ...(requestsPerDay !== null && { requestsPerDay }),
    };
    const line = lines.get(name) ?? openLine(name, options, onCallsChange);
    lines.set(name, line);
    return { caller: line.caller, url: (url ?? home).replace(/\/+$/, ''), key: key ?? '' };
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
    providers: [...lines].map(([name, { caller }]) => ({
      name,
      keySince: access.get(name)?.keySince ?? null,
      sent: () => caller.stats().sent,
      quotaLeft: () => caller.stats().quotaLeft,
    })),
    forget: () => {
      for (const line of lines.values()) line.forget();
    },
    close: async () => {
      await Promise.all([...lines.values()].map((line) => line.close()));
    },
  };
}

const NOTHING_CONFIGURED: ProviderAccess = {
  url: null,
  key: null,
  keySince: null,
  requestsPerMinute: null,
  requestsPerDay: null,
};

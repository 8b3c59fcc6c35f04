import type { Instant } from '@tocsin/domain-kit';
import type { Caller } from '@tocsin/outbound';
import type { Series, SeriesCommand } from '../../domain/series/series.ts';

/** What is known of the world already, by the keys of the series. */
export type Known = ReadonlyMap<string, Series>;

/** What a provider said of one series. */
export type Sight = { readonly key: string; readonly command: SeriesCommand };

/** What came of looking. */
export type Observed =
  | {
      readonly kind: 'seen';
      readonly sights: readonly Sight[];
      /** How many parts of the answer could not be read, and are told to nobody. */
      readonly unreadable: number;
    }
  | {
      readonly kind: 'failure';
      readonly message: string;
      /** What the provider asked for; null when it asked for nothing. */
      readonly retryAfterMs: number | null;
      /** Whether looking again soon would only be refused again, as with a key that is not valid. */
      readonly isRefused: boolean;
      /** Whether nothing came at all, as from a name that nobody knows. */
      readonly isUnreached: boolean;
    };

/**
 * Looks at one configured thing of the world. It asks only for what may be new, by what is known; it never throws for
 * what a provider may do.
 */
export interface Observer {
  readonly provider: string;
  /** Of the series that it says something of. */
  readonly keys: readonly string[];
  observe(known: Known, at: Instant): Promise<Observed>;
}

/** What an observer is made with. */
export type ObserverSettings = {
  /** The one that all observers of this provider share, since its limits are theirs together. */
  readonly caller: Caller;
  /** Where the provider is, without a slash at its end. */
  readonly url: string;
  /** Empty where the provider needs none. */
  readonly key: string;
};

/** A kind of observer, before there is one. */
export type ObserverKind<Watched> = {
  readonly needsKey: boolean;
  /** Where the provider is, unless the configuration knows better. */
  readonly url: string;
  /** What the provider allows to those who pay nothing. */
  readonly rate: { readonly calls: number; readonly perMs: number };
  /** How often it is looked at, unless the configuration knows better. */
  readonly everyMs: number;
  readonly make: (watched: Watched, settings: ObserverSettings) => Observer;
};

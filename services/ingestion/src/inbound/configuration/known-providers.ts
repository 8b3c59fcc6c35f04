import type { Timeframe } from '@tocsin/domain-kit';

/** What is known of a provider before it is ever asked. */
export type ProviderFacts = {
  /** The bar lengths that it has; none where it tells of the world, and not of bars. */
  readonly timeframes: ReadonlySet<Timeframe>;
  /** Whether it answers nobody without a key. */
  readonly needsKey: boolean;
};

/** Every provider that there is, by its name. */
export type KnownProviders = ReadonlyMap<string, ProviderFacts>;

/** The provider that reads files, and so needs a directory. */
export const FILES = 'csv';

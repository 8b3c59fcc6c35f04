import type { BarQuarantined } from '@tocsin/contracts';
import type { Decimal, Instant } from '@tocsin/domain-kit';

/** A bar as a provider tells it: nothing about it has been checked, so every number is still text. */
export type CandidateBar = {
  /** Null when the provider's time could not be read. */
  readonly openAt: Instant | null;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  /** How often the provider has changed this bar; 0 is its first edition. */
  readonly revision: number;
  /** The provider's own words, for whoever looks into a quarantined bar. */
  readonly raw: string;
};

/** A bar that every rule has let through. */
export type ValidBar = {
  readonly openAt: Instant;
  readonly closeAt: Instant;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: number;
  readonly revision: number;
};

/** A bar as a fact carries it beside its opening. */
export type ToldBar = NonNullable<BarQuarantined['data']['told']>;

/** The four prices of a candidate, by name, in the order in which providers tell them. */
export const pricesOf = ({
  open,
  high,
  low,
  close,
}: CandidateBar): readonly (readonly [name: 'open' | 'high' | 'low' | 'close', text: string])[] => [
  ['open', open],
  ['high', high],
  ['low', low],
  ['close', close],
];

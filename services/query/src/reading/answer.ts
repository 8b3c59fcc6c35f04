import type { Instant } from '@tocsin/domain-kit';
import type { Positions } from './read-side.ts';

/**
 * How long an answer may be kept: asked about again each time, for some seconds, or for good, because what it tells is
 * closed history.
 */
export type Keeping = 'revalidate' | 'for-good' | { readonly seconds: number };

/** What a read comes to: a body that is JSON already, and what it was read from. */
export type Answer = {
  readonly body: string;
  readonly positions: Positions;
  readonly keeping: Keeping;
  /** Set where the body changes with the clock even when no fact is applied. */
  readonly changesWithTime?: Instant;
  /** Set where what is answered has a version of its own, by which it can be changed: its `ETag`, and what `If-Match` takes. */
  readonly version?: number;
};

/** Puts `as_of` in front of the fields of a JSON object. */
export const asOf = (now: Instant, json: string): string =>
  `{"as_of":"${now}"${json === '{}' ? '' : ','}${json.slice(1)}`;

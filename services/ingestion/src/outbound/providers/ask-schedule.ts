import { assert, type Instant } from '@tocsin/domain-kit';
import type { Ask } from './provider.ts';

/** The moments at which to ask, in order, found by search. */
export class AskSchedule {
  readonly #asks: readonly Ask[];

  constructor(asks: readonly Ask[]) {
    assert(
      asks.every(({ at }, index) => index === 0 || (asks[index - 1]?.at ?? at) < at),
      'no two asks share a moment, and they are in order',
    );
    this.#asks = asks;
  }

  /** The first ask after `after`; null when there is none. */
  nextAfter(after: Instant): Ask | null {
    let from = 0;
    let to = this.#asks.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#asks[middle]?.at ?? after) <= after) from = middle + 1;
      else to = middle;
    }
    return this.#asks[from] ?? null;
  }
}

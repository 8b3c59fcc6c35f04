import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** The recorded mark never claims what the log has never held: archives are let go by it. */
export class Mark implements Invariant {
  readonly name = 'the mark never leads the log';
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  check(): void {
    const { database, headEver } = this.#ledger;
    const { name, published } = database.lane;
    holds(published <= headEver, `${name} records ${published}, and the log never went beyond ${headEver}`);
  }
}

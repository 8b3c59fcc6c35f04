import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** What a caller was told has happened is in the log for ever. */
export class Acknowledged implements Invariant {
  readonly name = 'nothing acknowledged is lost';
  readonly #ledger: Ledger;
  readonly #told: () => ReadonlySet<string>;

  constructor(ledger: Ledger, told: () => ReadonlySet<string>) {
    this.#ledger = ledger;
    this.#told = told;
  }

  check(): void {
    // What was told a moment ago may still wait for its position; at rest it may not.
  }

  atRest(): void {
    const inLog = new Set(this.#ledger.stream?.messages.map(({ eventId }) => eventId));
    for (const id of this.#told()) holds(inLog.has(id), `event ${id} was acknowledged and is not in the log`);
  }
}

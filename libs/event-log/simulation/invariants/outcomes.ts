import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Every request ends in exactly one outcome, however often it was published. */
export class Outcomes implements Invariant {
  readonly name = 'a request has exactly one outcome';
  readonly #ledger: Ledger;
  readonly #asked: () => ReadonlySet<string>;
  readonly #outcomes = new Set<string>();
  #checked = 0;

  constructor(ledger: Ledger, asked: () => ReadonlySet<string>) {
    this.#ledger = ledger;
    this.#asked = asked;
  }

  check(): void {
    const { given } = this.#ledger;
    for (; this.#checked < given.length; this.#checked += 1) {
      const event = given[this.#checked]?.event;
      if (event?.type !== 'CommandHandled') continue;
      const { commandId } = event.data;
      holds(!this.#outcomes.has(commandId), `${commandId} has a second outcome at position ${event.position}`);
      this.#outcomes.add(commandId);
    }
  }

  atRest(): void {
    for (const id of this.#asked()) holds(this.#outcomes.has(id), `${id} was asked and has no outcome`);
  }
}

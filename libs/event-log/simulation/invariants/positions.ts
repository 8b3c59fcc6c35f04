import { chainNext, chainStart } from '../../src/lane/chain.ts';
import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Positions are dense, each follows the chain of the one before, and none ever changes. */
export class Positions implements Invariant {
  readonly name = 'positions are dense, chained, and never change';
  readonly #ledger: Ledger;
  #checked = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  check(): void {
    const { given, database } = this.#ledger;
    if (this.#checked === given.length) return;
    const { lane_id: laneId, name, position: head } = database.lane;
    holds(given.length === head, `${name} has ${given.length} numbered rows and stands at ${head}`);
    for (; this.#checked < given.length; this.#checked += 1) {
      const position = this.#checked + 1;
      const entry = given[this.#checked];
      holds(entry?.row.position === position, `row ${position} of ${name} has position ${String(entry?.row.position)}`);
      const before = this.#ledger.at(position - 1)?.chain ?? chainStart(laneId);
      const { subject, body } = entry.row;
      holds(chainNext(before, subject, body).equals(entry.chain), `position ${position} of ${name} follows the chain`);
    }
  }

  atRest(): void {
    for (const [index, { row, eventId, chain }] of this.#ledger.given.entries()) {
      holds(row.position === index + 1, `position ${index + 1} has become ${String(row.position)}`);
      holds(row.eventId === eventId && row.chain?.equals(chain) === true, `position ${index + 1} is another event now`);
    }
    const waiting = this.#ledger.database.journal.filter(({ position }) => position === null).length;
    holds(waiting === 0, `${waiting} committed events never got a position`);
  }
}

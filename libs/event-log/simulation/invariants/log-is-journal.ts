import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Whatever stands in the log stands in the journal, at the same position and byte for byte; at rest, all of it. */
export class LogIsJournal implements Invariant {
  readonly name = 'the log holds the journal, each event once at its position';
  readonly #ledger: Ledger;
  readonly #isTampered: (lane: string, position: number) => boolean;
  #checked = 0;

  constructor(ledger: Ledger, isTampered: (lane: string, position: number) => boolean) {
    this.#ledger = ledger;
    this.#isTampered = isTampered;
  }

  check(): void {
    const messages = this.#ledger.stream?.messages ?? [];
    this.#checked = Math.min(this.#checked, messages.length);
    for (; this.#checked < messages.length; this.#checked += 1) this.#compare(this.#checked + 1);
    this.#ledger.headEver = Math.max(this.#ledger.headEver, messages.length);
  }

  atRest(): void {
    const { lane } = this.#ledger.database;
    const head = this.#ledger.stream?.lastSequence ?? 0;
    holds(head === lane.position, `${lane.name} ends at ${head}, and ${lane.position} positions were given`);
    holds(lane.published === head, `${lane.name} ends at ${head}, and ${lane.published} is recorded`);
    for (let position = 1; position <= head; position += 1) this.#compare(position);
  }

  #compare(position: number): void {
    const { name } = this.#ledger.database.lane;
    if (this.#isTampered(name, position)) return;
    const message = this.#ledger.stream?.messages[position - 1];
    const entry = this.#ledger.at(position);
    holds(message?.sequence === position, `sequence ${position} of ${name} is ${String(message?.sequence)}`);
    holds(entry !== undefined, `sequence ${position} of ${name} was never given as a position`);
    holds(message.eventId === entry.eventId, `sequence ${position} of ${name} is not the journal's event`);
    holds(Buffer.from(message.body).equals(entry.row.body), `sequence ${position} of ${name} has the journal's bytes`);
    holds(message.chain === entry.chain.toString('hex'), `sequence ${position} of ${name} carries its chain`);
  }
}

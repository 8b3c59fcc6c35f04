import type { Tally } from '../../test/tally.ts';
import { holds, type Ledger } from '../ledger.ts';
import { LISTENER, SPEAKER_LANE } from '../story.ts';
import { TallyModel } from '../tally-model.ts';
import type { Invariant } from './invariant.ts';

/**
 * After every commit the listener's state is what a fold of the speaker's lane up to its checkpoint makes, and the
 * checkpoint's event is the log's: nothing is applied twice, nothing left out, nothing in another order.
 */
export class AppliedOnce implements Invariant {
  readonly name = 'every fact is applied once, in order';
  readonly #speaker: Ledger;
  readonly #listener: Ledger;
  readonly #model = new TallyModel();
  #applied = 0;

  constructor(speaker: Ledger, listener: Ledger) {
    this.#speaker = speaker;
    this.#listener = listener;
  }

  check(): void {
    const { database } = this.#listener;
    const checkpoint = database.checkpoints.get(SPEAKER_LANE);
    const position = checkpoint?.position ?? 0;
    if (checkpoint === undefined || position === this.#applied) return;
    holds(position > this.#applied, `the checkpoint went back from ${this.#applied} to ${position}`);
    const given = this.#speaker.at(position);
    holds(given !== undefined, `the checkpoint is at ${position}, which was never given`);
    holds(given.chain.equals(checkpoint.chain), `the checkpoint at ${position} carries the chain of the log`);
    for (; this.#applied < position; this.#applied += 1) {
      const event = this.#speaker.at(this.#applied + 1)?.event;
      if (event?.type !== 'ClockAdvanced') continue;
      const { id, time, data } = event;
      this.#model.hear({ position: this.#applied + 1, id, time, clock: data.clock });
    }
    this.#compareTallies();
    this.#compareParked();
  }

  atRest(): void {
    const position = this.#listener.database.checkpoints.get(SPEAKER_LANE)?.position ?? 0;
    const head = this.#speaker.database.lane.position;
    holds(position === head, `the listener stands at ${position} of ${head}`);
    this.#compareTallies();
    this.#compareParked();
    this.#compareRings();
  }

  #compareTallies(): void {
    for (const [scope, { count, ringAt, rings }] of this.#model.tallies) {
      const row = this.#listener.database.entities.get(`episode/${scope}`);
      const state: Tally = row === undefined ? EMPTY : (JSON.parse(row.json) as Tally);
      const expected = { count, ringAt, rings };
      const isSame = state.count === count && state.ringAt === ringAt && state.rings === rings;
      holds(isSame, `${scope} at ${this.#applied} is ${JSON.stringify(state)}, not ${JSON.stringify(expected)}`);
    }
  }

  #compareParked(): void {
    for (const [scope, positions] of this.#model.parked) {
      const parked = this.#listener.database.parked
        .filter(({ parkKey }) => parkKey === `entity:episode/${scope}`)
        .map(({ position }) => position);
      holds(parked.join() === positions.join(), `${scope} has parked ${parked.join()}, not ${positions.join()}`);
    }
  }

  /** Every deadline passes exactly once, in the order of the moments, and none that the facts do not ask for. */
  #compareRings(): void {
    const passed = this.#listener.given.flatMap(({ event }) =>
      event.type === 'DeadlinePassed' && event.service === LISTENER ? [`${event.data.key} ${event.data.dueAt}`] : [],
    );
    const expected = this.#model.rings.map(({ scope, dueAt }) => `${scope} ${dueAt}`);
    holds(passed.join() === expected.join(), `the deadlines that passed are ${passed.join()}, not ${expected.join()}`);
  }
}

const EMPTY: Tally = { count: 0, ringAt: null, rings: 0 };

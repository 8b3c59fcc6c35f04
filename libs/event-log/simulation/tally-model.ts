import { laterOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { poisoned, RING_AFTER_MS } from '../test/tally.ts';

export type ModelledTally = { count: number; ringAt: Instant | null; rings: number; isParked: boolean };

/** A ring as it must have happened: by which tally, and at which moment. */
export type Ring = { readonly scope: string; readonly dueAt: Instant };

/**
 * What the tallies must be after a prefix of the speaker's lane, worked out a second time and without any of the log's
 * code: deadlines pass before the fact that comes after them, a key that fails is parked with everything behind it.
 */
export class TallyModel {
  readonly tallies = new Map<string, ModelledTally>();
  readonly rings: Ring[] = [];
  /** Positions that are parked, in order, per scope. */
  readonly parked = new Map<string, number[]>();
  #now: Instant | null = null;

  hear({ position, id, time, clock }: { position: number; id: string; time: Instant; clock: string }): void {
    this.#now = laterOf(this.#now ?? time, time);
    this.#ring(this.#now);
    const scope = `service-${clock}`;
    const tally = this.tallies.get(scope) ?? { count: 0, ringAt: null, rings: 0, isParked: false };
    this.tallies.set(scope, tally);
    if (tally.isParked || poisoned.has(id)) {
      tally.isParked = true;
      this.parked.set(scope, [...(this.parked.get(scope) ?? []), position]);
      return;
    }
    tally.count += 1;
    tally.ringAt = plusMs(time, RING_AFTER_MS);
    // A fact that comes late may wait for a moment that has passed already.
    this.#ring(this.#now);
  }

  #ring(until: Instant): void {
    const due = [...this.tallies]
      .flatMap(([scope, { ringAt, isParked }]) => (ringAt === null || isParked ? [] : [{ scope, dueAt: ringAt }]))
      .filter(({ dueAt }) => dueAt <= until)
      .sort((a, b) => (a.dueAt !== b.dueAt ? (a.dueAt < b.dueAt ? -1 : 1) : a.scope < b.scope ? -1 : 1));
    for (const ring of due) {
      const tally = this.tallies.get(ring.scope);
      if (tally === undefined) continue;
      tally.rings += 1;
      tally.ringAt = null;
      this.rings.push(ring);
    }
  }
}

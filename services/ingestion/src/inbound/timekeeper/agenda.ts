import { laterOf, type Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { clock } from '../../clock.entity.ts';
import { VIRTUAL_CLOCK } from '../../domain/clock.decider.ts';
import type { Course } from './course.ts';

/** Moments in a row, brought to the log together. */
export type Batch = {
  readonly observations: readonly Observation[];
  /** How many moments virtual time jumped to, deadlines among them. */
  readonly instants: number;
};

/**
 * What happens next in virtual time, over all feeds. Moments come in order, and a moment is never split between two
 * batches: so the newest time that is recorded is the place to go on from, and nothing is seen twice or lost.
 */
export class Agenda {
  readonly #courses: readonly Course[];
  #position: Instant | null;

  /** `position` is what virtual time has come to; null when it never began. */
  constructor(courses: readonly Course[], position: Instant | null) {
    this.#courses = courses;
    this.#position = position;
  }

  get position(): Instant | null {
    return this.#position;
  }

  /** The next moments, at least `instantsMax` of them unless history ends before; empty when it has ended. */
  async next(instantsMax: number): Promise<Batch> {
    const observations: Observation[] = [];
    let instants = 0;
    while (instants < instantsMax) {
      const moment = await this.#nextMoment();
      if (moment === null) break;
      observations.push(...moment.observations);
      instants += moment.instants;
    }
    return { observations, instants };
  }

  async #nextMoment(): Promise<Batch | null> {
    const dues = await Promise.all(
      this.#courses.map(async (course) => ({ course, due: await course.nextDue(this.#position) })),
    );
    const at = dues.reduce<Instant | null>(
      (first, { due }) => (due === null || (first !== null && first <= due.at) ? first : due.at),
      null,
    );
    if (at === null) return null;
    let instants = this.#position === null || at > this.#position ? 1 : 0;
    for (const course of this.#courses) instants += course.passDeadlines(at);

    const observations: Observation[] = [];
    const silent: string[] = [];
    for (const { course, due } of dues) {
      if (due?.at !== at) continue;
      const observed = await course.take(due);
      observations.push(...observed);
      if (observed.length === 0) silent.push(course.pair);
    }
    this.#position = this.#position === null ? at : laterOf(this.#position, at);
    return { observations: observations.length > 0 ? observations : [tick(at, silent)], instants };
  }
}

/** Time that nothing else carries: the providers were asked, and had nothing to tell. */
const tick = (now: Instant, pairs: readonly string[]): Observation => ({
  causeId: `clock:${VIRTUAL_CLOCK}:${now}`,
  time: now,
  intentions: [
    to(clock, VIRTUAL_CLOCK, {
      type: 'AdvanceClock',
      data: { now, because: `A bar of ${pairs.join(' and ')} was asked for, and there was none.` },
    }),
  ],
});

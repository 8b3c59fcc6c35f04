import { laterOf, type Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { clock } from '../../clock.entity.ts';
import { VIRTUAL_CLOCK } from '../../domain/clock.decider.ts';
import type { ProviderWatch } from '../watching/provider-watch.ts';
import { DueQueue } from '../watching/due-queue.ts';
import type { Course } from './course.ts';

/** Moments in a row, brought to the log together. */
export type Batch = {
  readonly observations: readonly Observation[];
  /** How many moments virtual time jumped to, deadlines among them. */
  readonly instants: number;
};

/**
 * What happens next in virtual time, over all feeds. Moments come in order, and a moment is never split between two
 * batches: so the newest time that is recorded is the place to go on from, and nothing is seen twice or lost. Only feeds
 * that something happens to are looked at, however many there are.
 */
export class Agenda {
  readonly #dues = new DueQueue<Course>();
  readonly #deadlines = new DueQueue<Course>();
  readonly #watch: ProviderWatch;
  #position: Instant | null;

  /** `position` is what virtual time has come to; null when it never began. */
  constructor(courses: readonly Course[], watch: ProviderWatch, position: Instant | null) {
    this.#watch = watch;
    this.#position = position;
    for (const course of courses) this.#note(course);
  }

  get position(): Instant | null {
    return this.#position;
  }

  /** The next moments, at least `instantsMax` of them unless history ends before; empty when it has ended. */
  next(instantsMax: number): Batch {
    const observations: Observation[] = [];
    let instants = 0;
    while (instants < instantsMax) {
      const moment = this.#nextMoment();
      if (moment === null) break;
      observations.push(...moment.observations);
      instants += moment.instants;
    }
    return { observations, instants };
  }

  #nextMoment(): Batch | null {
    let instants = 0;
    let at = this.#dues.firstAt;
    // A deadline before the next moment may bring that moment forward.
    for (let due = this.#deadlines.firstAt; at !== null && due !== null && due < at; due = this.#deadlines.firstAt) {
      for (const course of this.#deadlines.takeAt(due)) instants += this.#pass(course, due);
      at = this.#dues.firstAt;
    }
    if (at === null) return null;
    if (this.#position === null || at > this.#position) instants += 1;
    const courses = this.#dues.takeAt(at);
    const dues = courses.map((course) => ({ course, due: course.dueAfter(this.#position) }));
    for (const course of this.#deadlines.takeAt(at)) instants += this.#pass(course, at);

    this.#position = this.#position === null ? at : laterOf(this.#position, at);
    const observations: Observation[] = [];
    const silent: string[] = [];
    for (const { course, due } of dues) {
      const observed = due.flatMap((each) => course.take(each));
      observations.push(...observed, ...course.takeAside(at));
      if (observed.length === 0) silent.push(course.pair);
      this.#note(course);
    }
    observations.push(...this.#watch.observe(at));
    return { observations: observations.length > 0 ? observations : [tick(at, silent)], instants };
  }

  #pass(course: Course, until: Instant): number {
    const passed = course.passDeadlines(until);
    this.#note(course);
    return passed;
  }

  #note(course: Course): void {
    this.#dues.put(course, course.nextAt(this.#position));
    this.#deadlines.put(course, course.evaluateAt);
  }
}

/** Time that nothing else carries: the providers were asked, and had nothing to tell. */
const tick = (now: Instant, pairs: readonly string[]): Observation => ({
  causeId: `clock:${VIRTUAL_CLOCK}:${now}`,
  time: now,
  intentions: [
    to(clock, VIRTUAL_CLOCK, {
      type: 'AdvanceClock',
      data: { now, because: `Nothing came of ${named(pairs)}.` },
    }),
  ],
});

/** The first few, and how many more: a sentence has an end. */
const named = (pairs: readonly string[]): string =>
  pairs.length <= 3 ? pairs.join(' and ') : `${pairs.slice(0, 3).join(', ')} and ${pairs.length - 3} others`;

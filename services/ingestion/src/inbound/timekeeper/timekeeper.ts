import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { EventLog, Log, Observation, Outcome, Tenure } from '@tocsin/event-log';
import type { Calendars } from '../../domain/feed.ts';
import type { FeedEntity } from '../../feed.entity.ts';
import type { HistoricFeed } from '../../histories.ts';
import { ProviderWatch } from '../watching/provider-watch.ts';
import { Turning } from '../watching/turning.ts';
import { Agenda } from './agenda.ts';
import { Course } from './course.ts';
import { readStanding } from './standing.ts';

export type TimekeeperOptions = {
  readonly eventLog: Pick<EventLog, 'tenure' | 'perform' | 'sql'>;
  readonly feeds: readonly HistoricFeed[];
  readonly entity: FeedEntity;
  readonly calendars: Calendars;
  readonly instantsPerSecond: number;
  readonly log: Log;
  /** Called on every turn of the loop. */
  readonly beat: () => void;
};

const STANDBY_MS = 250;
const ENDED_MS = 1_000;

/** Moments are brought to the log in so many steps a second, each a transaction of at most `BATCH_MAX` moments. */
const STEPS_PER_SECOND = 20;
const BATCH_MAX = 200;

/**
 * Keeps the time of accelerated history: it jumps from moment to moment, at most so many a second, as long as this
 * instance holds the lane. It remembers nothing that the log does not: whatever kills it, it goes on after the last
 * committed step.
 */
export class Timekeeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #options: TimekeeperOptions;
  readonly #turning: Turning;
  #agenda: Agenda | null = null;
  /** In which the agenda was read: in another one it may be history. */
  #tenure: Tenure | null = null;
  #hasEnded = false;

  constructor(options: TimekeeperOptions) {
    this.#options = options;
    this.#turning = new Turning({
      turn: () => this.#turn(),
      onTrouble: (error) => {
        this.#agenda = null;
        options.log.warn({ err: error }, 'virtual time could not go on; it is read again from the last committed step');
      },
      beat: options.beat,
    });
  }

  onApplicationBootstrap(): void {
    this.#turning.start();
  }

  /** Finishes the step at hand. */
  async onModuleDestroy(): Promise<void> {
    await this.#turning.stop();
  }

  /** One batch of moments. Returns how long to rest after it, so that the pace is kept. */
  async #turn(): Promise<number> {
    const { eventLog, instantsPerSecond, log } = this.#options;
    if (this.#hasEnded) return ENDED_MS;
    const { tenure } = eventLog;
    if (tenure !== this.#tenure) this.#agenda = null;
    this.#tenure = tenure;
    if (tenure === null) return STANDBY_MS;
    const startedMs = performance.now();
    this.#agenda ??= await this.#goOn();
    const { observations, instants } = this.#agenda.next(
      Math.min(BATCH_MAX, Math.ceil(instantsPerSecond / STEPS_PER_SECOND)),
    );
    if (observations.length === 0) {
      log.info({ position: this.#agenda.position }, 'the recorded history has come to its end');
      this.#hasEnded = true;
      return ENDED_MS;
    }
    this.#compare(observations, await eventLog.perform(observations, tenure));
    return Math.max(0, (instants * 1_000) / instantsPerSecond - (performance.now() - startedMs));
  }

  async #goOn(): Promise<Agenda> {
    const { eventLog, feeds, entity, calendars, log } = this.#options;
    const { feeds: states, providers, position } = await readStanding(eventLog.sql);
    log.info({ position }, position === null ? 'virtual time begins' : 'virtual time goes on');
    const watch = new ProviderWatch(states, providers);
    const ground = { entity, calendars, onForeseen: watch.see.bind(watch) };
    const courses = feeds.map(
      (feed) => new Course(feed, states.get(feed.definition.pair) ?? entity.decider.initialState(), ground),
    );
    return new Agenda(courses, watch, position);
  }

  /** What was foreseen was never refused; when it was, this instance has fallen behind the log and reads it again. */
  #compare(observations: readonly Observation[], outcomes: readonly Outcome[]): void {
    for (const [index, { refusal }] of outcomes.entries()) {
      if (refusal === null) continue;
      this.#agenda = null;
      this.#options.log.error({ causeId: observations[index]?.causeId, ...refusal }, 'an observation was refused');
    }
  }
}

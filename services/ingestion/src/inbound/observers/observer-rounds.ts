import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { msBetween, plusMs, type Instant } from '@tocsin/domain-kit';
import type { EventLog, Log, Observation, Tenure } from '@tocsin/event-log';
import type { BreakerChange } from '@tocsin/outbound';
import type { Series } from '../../domain/series/series.ts';
import type { Known, Observed } from '../../outbound/observers/observer.ts';
import type { AskedProvider, OpenObservers, Round } from '../../outbound/observers/open-observers.ts';
import { series } from '../../series.entity.ts';
import { callsObservation, Metering } from '../watching/provider-reports.ts';
import type { Reach } from '../watching/reach.ts';
import { Turning } from '../watching/turning.ts';
import { UsageMeter } from '../watching/usage.ts';
import { observationsOf } from './parts.ts';

export type ObserverRoundsOptions = {
  readonly eventLog: Pick<EventLog, 'tenure' | 'perform' | 'sql' | 'now'>;
  readonly observers: OpenObservers;
  readonly reach: Reach;
  readonly log: Log;
  /** Called on every turn of the loop. */
  readonly beat: () => void;
  /** The loop turns at least this often, to beat and to see whether this instance still works. */
  readonly turnMs?: number;
};

/** A round, when it is due next, and how often it has failed in a row. */
type Course = Round & { dueAt: Instant; failures: number };

/** A provider, and what it was used for. */
type Used = AskedProvider & { readonly meter: UsageMeter };

const TURN_MS = 1_000;

const BACK_OFF_MS = 10_000;
const BACK_OFF_MS_MAX = 900_000;

/**
 * Looks at the world, at each thing in its own time, as long as this instance holds the lane. It remembers nothing that
 * the log does not: what to ask for follows from the series as they are, so that whoever takes over asks only for what is
 * new. Providers do not wait for each other; of one provider one thing is looked at at a time.
 */
export class ObserverRounds implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #options: ObserverRoundsOptions;
  readonly #turning: Turning;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #metering = new Metering();
  #observers: OpenObservers;
  #used: ReadonlyMap<string, Used>;
  #courses: readonly Course[] = [];
  #tenure: Tenure | null = null;

  constructor(options: ObserverRoundsOptions) {
    this.#options = options;
    this.#observers = options.observers;
    this.#used = usedBy(options.observers);
    this.#turning = new Turning({
      turn: () => this.#turn(),
      onTrouble: (error) => {
        options.log.warn({ err: error }, 'nobody looks at the world; it is tried again');
      },
      beat: options.beat,
    });
  }

  onApplicationBootstrap(): void {
    this.#turning.start();
  }

  /** Finishes the step at hand; what a provider is still asked nobody waits for. */
  async onModuleDestroy(): Promise<void> {
    await this.#turning.stop();
    await Promise.all(this.#busy.values());
    await this.#observers.close();
  }

  /** Goes on with what another configuration wants watched; all of it is looked at anew. */
  async replace(observers: OpenObservers): Promise<void> {
    const before = this.#observers;
    this.#observers = observers;
    this.#used = usedBy(observers);
    this.#tenure = null;
    this.#turning.wake();
    await Promise.all(this.#busy.values());
    before.forget();
    await before.close();
  }

  /** The breaker of a provider's calls has moved, which is a fact about the provider. */
  onCallsChange(provider: string, change: BreakerChange): void {
    const { eventLog } = this.#options;
    const { tenure } = eventLog;
    if (tenure !== null) void this.#report([callsObservation(provider, change, eventLog.now())], tenure);
  }

  /** Starts what is due. Returns how long there is nothing to do. */
  #turn(): number {
    const { turnMs = TURN_MS } = this.#options;
    const { tenure } = this.#options.eventLog;
    if (tenure === null) {
      this.#tenure = null;
      return turnMs;
    }
    const now = this.#options.eventLog.now();
    if (tenure !== this.#tenure) {
      this.#tenure = tenure;
      this.#courses = this.#observers.rounds.map((round) => ({ ...round, dueAt: now, failures: 0 }));
    }
    for (const course of this.#nextOfEach()) {
      if (course.dueAt <= now) this.#start(course, tenure);
    }
    void this.#report(this.#metering.observe(this.#metered(), now), tenure);
    const waits = this.#nextOfEach().map(({ dueAt }) => msBetween(now, dueAt));
    return Math.max(0, Math.min(turnMs, ...waits));
  }

  /** Of each provider that is not being asked, what is due first. */
  #nextOfEach(): readonly Course[] {
    const first = new Map<string, Course>();
    for (const course of this.#courses) {
      const { provider } = course.observer;
      if (this.#busy.has(provider)) continue;
      const other = first.get(provider);
      if (other === undefined || course.dueAt < other.dueAt) first.set(provider, course);
    }
    return [...first.values()];
  }

  #start(course: Course, tenure: Tenure): void {
    const { provider } = course.observer;
    const looking = this.#look(course, tenure).finally(() => {
      this.#busy.delete(provider);
      this.#turning.wake();
    });
    this.#busy.set(provider, looking);
  }

  /** One look. It never fails: what goes wrong is said, and tried again later. */
  async #look(course: Course, tenure: Tenure): Promise<void> {
    const { eventLog, log } = this.#options;
    const { observer, everyMs } = course;
    const at = eventLog.now();
    const used = this.#used.get(observer.provider);
    const sentBefore = used?.sent() ?? 0;
    try {
      const observed = await this.#unlessStopped(observer.observe(await this.#known(observer.keys), at));
      const sent = (used?.sent() ?? 0) - sentBefore;
      if (observed !== null) used?.meter.count(sent, observed.kind === 'failure' && sent > 0);
      if (observed === null || tenure !== this.#tenure || !this.#courses.includes(course)) return;
      if (observed.kind === 'failure') {
        this.#failed(course, observed, at);
        return;
      }
      this.#options.reach.answer(observer.provider);
      for (const observation of observed.sights.flatMap(observationsOf)) await eventLog.perform([observation], tenure);
      if (observed.unreadable > 0)
        log.warn({ keys: observer.keys, unreadable: observed.unreadable }, 'parts of an answer could not be read');
      if (course.failures > 0) log.info({ keys: observer.keys }, 'the world is seen again');
      course.failures = 0;
      course.dueAt = plusMs(at, everyMs);
    } catch (error) {
      if (this.#turning.stopping.aborted) return;
      course.failures += 1;
      course.dueAt = plusMs(at, backOffMs(course.failures));
      log.warn({ err: error, keys: observer.keys }, 'what was seen could not be told; it is looked at again');
    }
  }

  #failed(course: Course, failure: Extract<Observed, { readonly kind: 'failure' }>, at: Instant): void {
    const { message, retryAfterMs, isRefused, isUnreached } = failure;
    course.failures += 1;
    const soonestMs = isRefused ? BACK_OFF_MS_MAX : backOffMs(course.failures);
    course.dueAt = plusMs(at, Math.max(soonestMs, retryAfterMs ?? 0));
    const { failures, dueAt, observer } = course;
    if (isUnreached) this.#options.reach.miss(observer.provider, message, dueAt);
    this.#options.log.warn({ keys: observer.keys, failures, dueAt, because: message }, 'the world could not be seen');
  }

  #metered() {
    return [...this.#used.values()].map(({ name, keySince, meter }) => ({
      name,
      keySince,
      takeUsage: () => meter.take(),
    }));
  }

  /** Tells facts about providers; what could not be told is not told again, since the next one says more. */
  async #report(observations: readonly Observation[], tenure: Tenure): Promise<void> {
    if (observations.length === 0) return;
    try {
      await this.#options.eventLog.perform(observations, tenure);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'how providers are called could not be told');
    }
  }

  /** The series as they are; one that nobody has seen yet is absent. */
  async #known(keys: readonly string[]): Promise<Known> {
    const { rows } = await this.#options.eventLog.sql.query<{ readonly key: string; readonly state: Series }>(
      'SELECT key, state FROM entity WHERE type = $1 AND key = ANY($2)',
      [series.type, keys],
    );
    return new Map(rows.map(({ key, state }) => [key, state]));
  }

  /** Null when it is time to stop before there is a value: its promise is left to end by itself. */
  async #unlessStopped<Value>(value: Promise<Value>): Promise<Value | null> {
    const { stopping: signal } = this.#turning;
    if (signal.aborted) return null;
    const { promise: stopped, resolve } = deferred();
    signal.addEventListener('abort', resolve, { once: true });
    try {
      return await Promise.race([value, stopped]);
    } finally {
      signal.removeEventListener('abort', resolve);
    }
  }
}

const usedBy = ({ providers }: OpenObservers): ReadonlyMap<string, Used> =>
  new Map(providers.map((provider) => [provider.name, { ...provider, meter: new UsageMeter(provider.quotaLeft) }]));

/** Doubles with each failure in a row. */
const backOffMs = (failures: number): number => Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** (failures - 1));

function deferred(): { readonly promise: Promise<null>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<null>((settle) => {
    resolve = () => {
      settle(null);
    };
  });
  return { promise, resolve };
}

import type { AnyEvent, Recorded, RedriveParked, Requested, ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Lease } from '../lane/lease.ts';
import type { Log } from '../liveness/log.ts';
import { isTransient } from '../postgres/database.ts';
import type { Store, Tables } from '../store/tables.ts';
import type { CommandLane } from './command-lane.ts';
import type { EntityId } from './entity-store.ts';
import type { EntityStep, StepResult } from './entity-step.ts';
import type { HeardCommand, Observation, Outcome, StepInput } from './inputs.ts';
import type { RedriveStep } from './redrive-step.ts';
import type { ServiceClock } from './service-clock.ts';
import { reasonOf } from './voice.ts';

export type StepRunnerOptions = {
  readonly service: ServiceName;
  readonly store: Store;
  readonly log: Log;
  readonly clock: ServiceClock;
  readonly monotonicMs: () => number;
  readonly lease: Lease;
  readonly entityStep: EntityStep;
  readonly redriveStep: RedriveStep;
  readonly onSaid: (facts: readonly Recorded<AnyEvent>[]) => void;
  /** Messages waiting per park key; the runner moves it on after a commit. */
  readonly parked: Map<string, number>;
};

/** Requests that one step takes at most. */
const COMMANDS_MAX = 100;

/** Runs one step at a time: one transaction, proven to be the lease holder's, after which its effects are made known. */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #statistics = { count: 0, events: 0, secondsTotal: 0, lastMs: 0, failedDecisions: 0 };
  #hasLostLease = false;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  /** Set once a transaction found that the lease is no longer ours. */
  get hasLostLease(): boolean {
    return this.#hasLostLease;
  }

  get statistics() {
    return { ...this.#statistics };
  }

  /** The service's time. */
  now(): Instant {
    return this.#options.clock.now();
  }

  /** Moves the clock by what read models hear: they decide nothing, but they tell the time. */
  async hear(tables: Tables, lane: ServiceName, times: readonly Instant[]): Promise<void> {
    const { clock, service } = this.#options;
    for (const time of times) clock.hear(lane, time);
    await tables.writeServiceTime(service, clock.persisted);
  }

  takeUp(): void {
    this.#hasLostLease = false;
  }

  /**
   * Runs `work` as a step. Returns null when the lease is lost: then nothing was done.
   * @throws whatever `work` or the commit throws; the service's clock is then as before.
   */
  async run<Result>(events: number, work: (tables: Tables) => Promise<Result>): Promise<Result | null> {
    const { store, lease, clock, monotonicMs } = this.#options;
    const goBack = clock.mark();
    const startedAt = monotonicMs();
    try {
      const result = await store.transaction(async (tables) => {
        // A conflict makes the store do all of this again, and the first attempt has moved the clock already.
        goBack();
        if (!(await lease.confirm(tables))) return null;
        return { result: await work(tables) };
      });
      this.#count(events, monotonicMs() - startedAt);
      if (result === null) this.#hasLostLease = true;
      return result === null ? null : result.result;
    } catch (error) {
      goBack();
      throw error;
    }
  }

  /** Lets entities decide about inputs inside a step that is already open. */
  apply(tables: Tables, inputs: readonly StepInput[]): Promise<StepResult> {
    return this.#options.entityStep.apply(tables, inputs);
  }

  /** Makes known what a committed step did. */
  announce({ said, parked, unparked, failures }: StepResult): void {
    const { log, onSaid, parked: parkedKeys } = this.#options;
    for (const { parkKey, lane, position, because } of parked) {
      parkedKeys.set(parkKey, (parkedKeys.get(parkKey) ?? 0) + 1);
      log.error({ parkKey, lane, position, because }, 'a message is parked');
    }
    for (const { parkKey } of unparked) {
      const messages = (parkedKeys.get(parkKey) ?? 0) - 1;
      if (messages > 0) parkedKeys.set(parkKey, messages);
      else parkedKeys.delete(parkKey);
    }
    this.#statistics.failedDecisions += failures.length;
    for (const because of failures) log.error({ because }, 'a decision failed');
    if (said.length > 0) onSaid(said);
  }

  /** Decides about observations. Returns null when they must be brought again. */
  async decide(observations: readonly Observation[]): Promise<readonly Outcome[] | null> {
    const inputs = observations.map((observation) => ({ kind: 'observation', ...observation }) as const);
    const result = await this.run(inputs.length, (tables) => this.apply(tables, inputs));
    if (result === null) return null;
    this.announce(result);
    return result.tookInputs ? result.outcomes : null;
  }

  /** Handles waiting requests; each ends in exactly one outcome, however often it was published. */
  async handle(lane: CommandLane): Promise<boolean> {
    const commands = lane.take(COMMANDS_MAX);
    if (commands.length === 0) return false;
    try {
      for (const part of partsOf(commands))
        if (!(await this.#handlePart(part))) {
          lane.rewind();
          break;
        }
      return true;
    } catch (error) {
      lane.rewind();
      throw error;
    }
  }

  /** Handles requests in one step; false when they must come again. A request never stops those behind it. */
  async #handlePart(part: readonly HeardCommand[]): Promise<boolean> {
    try {
      return await this.#answer(part, (tables, fresh) => this.#decideAbout(tables, fresh));
    } catch (error) {
      if (isTransient(error)) throw error;
      if (part.length > 1) {
        for (const each of part) if (!(await this.#handlePart([each]))) return false;
        return true;
      }
      this.#options.log.error({ err: error, request: part[0]?.commandId }, 'a request cannot be handled');
      const content = { kind: 'unreadable', refused: 'failed', because: reasonOf(error) } as const;
      return await this.#answer(part, (tables, fresh) =>
        this.apply(
          tables,
          fresh.map((command) => ({ ...command, content })),
        ),
      );
    }
  }

  async #answer(
    part: readonly HeardCommand[],
    work: (tables: Tables, fresh: readonly HeardCommand[]) => Promise<StepResult>,
  ): Promise<boolean> {
    const result = await this.run(part.length, async (tables) => {
      const handled = await tables.findHandled(part.map(({ commandId }) => commandId));
      return work(tables, firstOfEach(part, handled));
    });
    if (result !== null) this.announce(result);
    return result !== null && result.tookInputs;
  }

  #decideAbout(tables: Tables, fresh: readonly HeardCommand[]): Promise<StepResult> {
    const [only] = fresh;
    const redrive = only === undefined ? null : redriveIn(only);
    if (only === undefined || redrive === null) return this.apply(tables, fresh);
    return this.#options.redriveStep.apply(tables, only, redrive);
  }

  /** Passes what is due while nothing else happens. */
  async passDeadlines(): Promise<void> {
    const result = await this.run(0, (tables) => this.apply(tables, []));
    if (result !== null) this.announce(result);
  }

  /** Says a fact about the log itself; a trouble in saying it must not hide the trouble that it is about. */
  async remark(event: AnyEvent, id: EntityId, causeId: string): Promise<void> {
    try {
      const result = await this.run(0, (tables) => this.#options.entityStep.remark(tables, event, id, causeId));
      if (result !== null) this.announce(result);
    } catch (error) {
      if (!isTransient(error)) throw error;
      this.#options.log.warn({ err: error, event: event.type }, 'a fact about the log could not be said yet');
    }
  }

  #count(events: number, durationMs: number): void {
    this.#statistics.count += 1;
    this.#statistics.events += events;
    this.#statistics.secondsTotal += durationMs / 1_000;
    this.#statistics.lastMs = durationMs;
  }
}

/** A request to redrive has a step of its own; all others share theirs with their neighbours. */
function partsOf(commands: readonly HeardCommand[]): readonly (readonly HeardCommand[])[] {
  const parts: HeardCommand[][] = [];
  let isOpen = false;
  for (const command of commands) {
    const isAlone = redriveIn(command) !== null;
    if (isOpen && !isAlone) parts.at(-1)?.push(command);
    else parts.push([command]);
    isOpen = !isAlone;
  }
  return parts;
}

function redriveIn({ content }: HeardCommand): Requested<RedriveParked> | null {
  return content.kind === 'readable' && content.request.type === 'RedriveParked' ? content.request : null;
}

function firstOfEach(commands: readonly HeardCommand[], handled: ReadonlySet<string>): readonly HeardCommand[] {
  const seen = new Set(handled);
  return commands.filter(({ commandId }) => {
    if (seen.has(commandId)) return false;
    seen.add(commandId);
    return true;
  });
}

import type { StreamInfo } from '@nats-io/jetstream';
import { streamOf } from '@tocsin/contracts';
import type { NumberedEntry } from '../journal/journal.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import { createLane } from '../lane/topology.ts';
import { wallClock } from '../liveness/wall-clock.ts';
import { differenceSentence } from './difference.ts';
import { managerOf, readLaneRow, readStreamInfo, type LaneAccess, type Progress } from './lane-access.ts';
import { LaneHold } from './lane-hold.ts';
import { readOutsideConsumers, restoreOutsideConsumers } from './outside-consumers.ts';
import { planRepair, type RepairPlan } from './repair-plan.ts';
import { readOwedConsumers, recordBeginning, recordEnd } from './repair-record.ts';
import { republish } from './republish.ts';
import { archiveOnlyLogged, saveSetAside } from './saved-messages.ts';
import { soundLane } from './sound-lane.ts';
import { surveyLane, type LaneSurvey } from './survey.ts';

export type RepairOptions = LaneAccess & {
  /** Further files in the format of the archive. */
  readonly archives: readonly string[];
  /** Where messages are saved that the rebuilt stream will not hold. */
  readonly directory: string;
  /** How many servers keep the stream, where there is none to take the number from. */
  readonly replicas: 1 | 3;
  readonly truncateAfterJournal: boolean;
  readonly reason: string | null;
  /** Asked once it is known what will be done, before anything is. */
  readonly confirm: (plan: RepairPlan) => Promise<boolean>;
  readonly onProgress?: Progress;
};

/** What came of a repair. */
export type RepairOutcome = {
  /** `nothing`: there was nothing to do; `declined`: nothing was done, because nobody confirmed it. */
  readonly kind: 'nothing' | 'declined' | 'repaired';
  readonly plan: RepairPlan;
  /** Files with messages that are no longer in the log, or were nowhere else. */
  readonly saved: readonly string[];
  /** Durable consumers that were made again. */
  readonly consumers: readonly string[];
};

/** A repair stopped after it had begun; the lane is not whole, and repairing again goes on. */
export class RepairUnfinished extends Error {
  override readonly name = 'RepairUnfinished';
}

const RECORD_EVERY_MS = 1_000;

/**
 * Rebuilds a lane's stream from what journal and archives keep, where the log is not what was decided. Everything is
 * checked before anything is deleted, and what is deleted is saved before, so it may be killed at any moment: repairing
 * again goes on. Services may run meanwhile; the relay stands aside, and readers wait for their position.
 * @throws {RepairRefused} before anything was changed. @throws {RepairUnfinished} after that.
 */
export async function repairLane(options: RepairOptions): Promise<RepairOutcome> {
  const nothing = { saved: [], consumers: [] };
  const before = await lookAt(options);
  const { plan, isUnfinished } = before;
  if (plan.kind === 'nothing' && !isUnfinished) return { kind: 'nothing', plan, ...nothing };
  if (!(await options.confirm(plan))) return { kind: 'declined', plan, ...nothing };
  const hold = await LaneHold.take(options, wallClock);
  try {
    // A relay may have been at work until now; only what is seen under the lease stays as it is.
    const seen = (await isStill(options, before)) ? before : await lookAt(options);
    return await new Repairing(options, hold, seen.survey, seen.plan).run();
  } finally {
    // Where the database does not answer the lease ends by itself, and what was said before is the thing to tell.
    await hold.release().catch(() => undefined);
  }
}

type Sight = { readonly survey: LaneSurvey; readonly plan: RepairPlan; readonly isUnfinished: boolean };

async function lookAt(options: RepairOptions): Promise<Sight> {
  const { service, nats, database, truncateAfterJournal } = options;
  const isUnfinished = (await readOwedConsumers(database, options)) !== null;
  const survey = await surveyLane(options);
  const manager = await managerOf(nats);
  const { limits, storage: used } = await manager.getAccountInfo();
  const storage = { limits, used };
  const plan = planRepair(survey, { service, truncateAfterJournal, isUnfinished, storage });
  return { survey, plan, isUnfinished };
}

/** Whether neither lane nor stream have moved since they were looked at, so that all need not be read again. */
async function isStill(options: RepairOptions, { survey: { lane, stream } }: Sight): Promise<boolean> {
  const now = { lane: await readLaneRow(options), stream: await readStreamInfo(options) };
  return now.lane.position === lane.position && isSameStream(now.stream, stream);
}

const isSameStream = (a: StreamInfo | null, b: StreamInfo | null): boolean =>
  a?.created === b?.created &&
  a?.state.last_seq === b?.state.last_seq &&
  a?.state.messages === b?.state.messages &&
  a?.state.bytes === b?.state.bytes;

class Repairing {
  readonly #options: RepairOptions;
  readonly #hold: LaneHold;
  readonly #survey: LaneSurvey;
  readonly #plan: RepairPlan;

  constructor(options: RepairOptions, hold: LaneHold, survey: LaneSurvey, plan: RepairPlan) {
    this.#options = options;
    this.#hold = hold;
    this.#survey = survey;
    this.#plan = plan;
  }

  async run(): Promise<RepairOutcome> {
    const saved = await this.#begin();
    try {
      if (this.#plan.kind === 'rebuild') await this.#makeStreamAnew();
      if (this.#plan.kind !== 'nothing') await this.#publish();
      await this.#checkAgain();
      const owed = (await readOwedConsumers(this.#options.database, this.#options)) ?? [];
      const consumers = await restoreOutsideConsumers(this.#options, owed);
      await this.#hold.write((sql) => recordEnd(sql, this.#plan));
      return { kind: 'repaired', plan: this.#plan, saved, consumers };
    } catch (error) {
      throw new RepairUnfinished(
        `the repair of lane ${this.#survey.lane.name} has begun and could not be ended; repair again: it goes on`,
        { cause: error },
      );
    }
  }

  /** Up to here nothing is changed but what makes going on possible. */
  async #begin(): Promise<readonly string[]> {
    const { lane, stream } = this.#survey;
    const { directory, archives, reason } = this.#options;
    const saving = { ...this.#options, lane, directory, archives };
    const saved: string[] = [];
    if (this.#plan.kind === 'rebuild') {
      if (this.#plan.onlyLogged > 0) saved.push(await archiveOnlyLogged(saving, this.#hold));
      if (this.#plan.setAside > 0) saved.push(await saveSetAside(saving, this.#plan.setAside));
    }
    const isRebuilt = this.#plan.kind === 'rebuild' && stream !== null;
    const consumers = isRebuilt ? await readOutsideConsumers(this.#options) : [];
    await this.#hold.write((sql) => recordBeginning(sql, this.#hold, this.#plan, reason, consumers));
    return saved;
  }

  /** Neither `deny_delete` nor `deny_purge` keeps a stream from being deleted as a whole. */
  async #makeStreamAnew(): Promise<void> {
    const { service, nats, replicas } = this.#options;
    const { lane, stream } = this.#survey;
    await this.#hold.confirm();
    const manager = await managerOf(nats);
    if (stream !== null) await manager.streams.delete(streamOf(service));
    await createLane(nats, { service, laneId: lane.lane_id }, stream?.config.num_replicas === 3 ? 3 : replicas);
  }

  /** What was published is read again, and held against what was to be. */
  async #checkAgain(): Promise<void> {
    if (this.#plan.kind === 'nothing') return;
    const { first, soundUpTo, streamFaults, wrong, later, strange } = await surveyLane(this.#options);
    if (soundUpTo === this.#plan.head && streamFaults.length + wrong + later + strange === 0) return;
    throw new Error(
      `what was published is not what was to be${first === null ? '' : `, ${differenceSentence(first)}`}`,
    );
  }

  async #publish(): Promise<void> {
    const { service, onProgress } = this.#options;
    const { lane } = this.#survey;
    let recordedAt = wallClock.monotonicMs();
    await republish({
      ...this.#options,
      laneId: lane.lane_id,
      after: this.#plan.after,
      entries: entriesAfter(this.#options, lane, this.#plan.after),
      time: wallClock,
      onAcknowledged: async (position) => {
        onProgress?.({ doing: `publishing ${service}`, done: position, total: lane.position });
        if (wallClock.monotonicMs() - recordedAt < RECORD_EVERY_MS) return;
        await this.#hold.confirm();
        recordedAt = wallClock.monotonicMs();
      },
    });
  }
}

async function* entriesAfter(options: RepairOptions, lane: LaneRow, after: number): AsyncGenerator<NumberedEntry> {
  const positions = soundLane({ ...options, lane, files: options.archives, onDefect: () => undefined });
  for await (const { entry } of positions) if (entry.position > after) yield entry;
}

import type { ServiceName } from '@tocsin/contracts';
import { isTransient } from '../postgres/database.ts';
import type { Tables } from '../store/tables.ts';
import type { Checkpoint } from './checkpoint-store.ts';
import type { StepResult } from './entity-step.ts';
import type { HeardLane, VerifiedBatch } from './heard-lane.ts';
import { heardBatch, heardFact, poisoned } from './lane-input.ts';
import { ProjectionFault, type StepBody } from './step-body.ts';
import type { StepRunner } from './step-runner.ts';
import { reasonOf, sentence } from './voice.ts';

export type LaneHearingOptions = {
  readonly consumer: ServiceName;
  readonly lane: HeardLane;
  readonly runner: StepRunner;
  readonly body: StepBody | null;
};

/** Messages of one lane in one step, at most. */
const BATCH_MAX = 500;

/** What a step made of a batch: what entities said, and where the checkpoint is now; null where it did not move. */
type Applied = { readonly result: StepResult | null; readonly checkpoint: Checkpoint | null };

/** The checkpoint in the database is not where this process left it: somebody else has moved on. */
class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** Makes steps of one lane's batches, and finds the message at fault when a batch cannot be applied. */
export class LaneHearing {
  readonly #options: LaneHearingOptions;
  /** While a batch is searched for its poison, it is taken in pieces of this size. */
  #pieceMax = BATCH_MAX;
  #searchUntil = 0;
  #poison: { readonly position: number; readonly because: string } | null = null;
  #toldHalt = 0;

  constructor(options: LaneHearingOptions) {
    this.#options = options;
  }

  /** Makes one step of what the lane has. Returns whether there was anything. */
  async step(): Promise<boolean> {
    const { lane } = this.#options;
    const batch = lane.hasMessages ? lane.take(this.#pieceMax) : null;
    if (lane.halt !== null) await this.#tellHalt();
    if (batch === null) return false;
    try {
      await this.#apply(batch);
    } catch (error) {
      if (isTransient(error) || error instanceof CheckpointMoved) throw error;
      if (batch.messages.length === 1 && error instanceof ProjectionFault) await this.#haltProjection(error);
      else this.#search(batch, error);
    }
    return true;
  }

  async #apply(batch: VerifiedBatch): Promise<void> {
    const { lane, runner, body } = this.#options;
    const { length } = batch.messages;
    const outcome = await runner.run<Applied>(length, (tables) =>
      body === null ? this.#decide(tables, batch) : this.#project(tables, batch, body),
    );
    if (outcome === null || outcome.checkpoint === null) lane.rewind();
    else lane.advance(outcome.checkpoint);
    if (outcome !== null && outcome.result !== null) runner.announce(outcome.result);
    if (lane.checkpoint.position >= this.#searchUntil) this.#pieceMax = BATCH_MAX;
  }

  async #decide(tables: Tables, { messages, end }: VerifiedBatch): Promise<Applied> {
    const { lane, runner } = this.#options;
    const facts = messages.map((message) => {
      const fact = heardFact(lane.service, message);
      return this.#poison?.position === message.sequence ? poisoned(fact, this.#poison.because) : fact;
    });
    const result = await runner.apply(tables, facts);
    if (!result.tookInputs) return { result, checkpoint: null };
    const last = facts.findLast(({ content }) => content.kind === 'readable')?.content;
    const heardTime = last?.kind === 'readable' ? last.event.time : lane.checkpoint.heardTime;
    return { result, checkpoint: await this.#move(tables, { ...end, heardTime }) };
  }

  async #project(tables: Tables, { messages, end }: VerifiedBatch, body: StepBody): Promise<Applied> {
    const { lane, runner } = this.#options;
    const batch = heardBatch(lane.service, messages);
    await runner.hear(
      tables,
      lane.service,
      batch.map(({ time }) => time),
    );
    await body.apply({ sql: tables.sql, lane: lane.service, batch });
    const heardTime = batch.at(-1)?.time ?? lane.checkpoint.heardTime;
    return { result: null, checkpoint: await this.#move(tables, { ...end, heardTime }) };
  }

  async #move(tables: Tables, to: Checkpoint): Promise<Checkpoint> {
    const { consumer, lane } = this.#options;
    if (!(await tables.moveCheckpoint(consumer, lane.service, lane.checkpoint, to)))
      throw new CheckpointMoved(`the checkpoint of ${lane.stream} is not at ${lane.checkpoint.position}`);
    return to;
  }

  /** A batch that fails for a reason of its own is done again one message at a time; a single one is put aside. */
  #search({ messages, end }: VerifiedBatch, error: unknown): void {
    const { lane } = this.#options;
    const [only] = messages;
    if (messages.length === 1 && only !== undefined && this.#poison?.position !== only.sequence)
      this.#poison = {
        position: only.sequence,
        because: reasonOf(error),
      };
    else if (messages.length === 1) throw error;
    this.#pieceMax = 1;
    this.#searchUntil = end.position;
    lane.rewind();
  }

  /** Read models have applied all that comes before the fact that they cannot fold, and stand still there. */
  async #haltProjection(fault: ProjectionFault): Promise<void> {
    const { lane, runner } = this.#options;
    const because = fault.cause instanceof Error ? `${fault.message}: ${fault.cause.message}` : fault.message;
    lane.stop({
      position: fault.position,
      because,
      remedy: `mend projection '${fault.projection}', then restart query`,
    });
    if (this.#toldHalt === fault.position) return;
    this.#toldHalt = fault.position;
    const { projection, position } = fault;
    await runner.remark(
      {
        type: 'ProjectionHalted',
        data: { projection, lane: lane.stream, position, because: sentence(because), at: runner.now() },
      },
      { type: 'projection', key: projection },
      `projection-halted|${lane.service}|${position}`,
    );
  }

  async #tellHalt(): Promise<void> {
    const { lane, runner } = this.#options;
    if (lane.halt === null || this.#toldHalt === lane.halt.position) return;
    this.#toldHalt = lane.halt.position;
    const { position, because, remedy } = lane.halt;
    await runner.remark(
      { type: 'LaneHalted', data: { lane: lane.stream, position, because: sentence(because), remedy } },
      { type: 'lane', key: lane.stream },
      `lane-halted|${lane.stream}|${position}`,
    );
  }
}

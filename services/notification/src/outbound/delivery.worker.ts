import type { AnyEvent, Attempts, DeliveryFailed } from '@tocsin/contracts';
import { instant, plainText, Rejected } from '@tocsin/domain-kit';
import { to, type EventLog } from '@tocsin/event-log';
import { NoAnswer, type NoAnswerReason } from '@tocsin/outbound';
import { setTimeout as pause } from 'node:timers/promises';
import { delivery } from '../delivery.entity.ts';
import { isWorthRepeating, type DeliveryCommand } from '../domain/delivery.decider.ts';
import { AbsentChannel } from './channels/absent.channel.ts';
import type { DeliveryChannel } from './channels/channel.ts';
import { RECORDING_MS, type DeliveryLedger, type StartedAttempt } from './delivery-ledger.ts';

/** What the worker needs of a logger; pino fits. */
export interface WorkerLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface DeliveryWorkerParts {
  readonly eventLog: Pick<EventLog, 'perform' | 'now' | 'isHolder'>;
  readonly ledger: DeliveryLedger;
  readonly channels: readonly DeliveryChannel[];
  /** How patient the policy is with a channel that fails. */
  readonly patience: Attempts;
  /** How often the work list is looked at when there was nothing to do. */
  readonly pollMs: number;
  readonly log: WorkerLog;
  /** Told of the facts that outcomes became. */
  readonly onSaid: (facts: readonly AnyEvent[]) => void;
  /** Told on every turn that the loop is alive. */
  readonly beat: () => void;
}

/** After the work list could not be read. */
const TROUBLE_PAUSE_MS = 1_000;
/** Between tries to write an outcome down. */
const RECORD_PAUSE_MS = 250;

const ERROR_CODES: Readonly<Record<NoAnswerReason, DeliveryFailed['data']['errorCode']>> = {
  unreachable: 'UNREACHABLE',
  timeout: 'TIMEOUT',
  'rate-limited': 'RATE_LIMITED',
  'breaker-open': 'BREAKER_OPEN',
};

/**
 * Sends what was decided: one letter at a time on each channel, several channels side by side. Each attempt is written
 * down before it is made and its outcome after it, so that at any moment of death it is known what may have arrived.
 * Only the instance that holds the service's lease works; retries live on the wall clock, because receivers do.
 */
export class DeliveryWorker {
  readonly #parts: DeliveryWorkerParts;
  readonly #channels: ReadonlyMap<string, DeliveryChannel>;
  /** The channels that are being worked on. */
  readonly #lanes = new Set<string>();
  #isStopping = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: DeliveryWorkerParts) {
    this.#parts = parts;
    this.#channels = new Map(parts.channels.map((channel) => [channel.id, channel]));
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Begins nothing more, and returns when what is on its way has its outcome. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop;
    for (const channel of this.#parts.channels) await channel.close?.();
  }

  get #isAtWork(): boolean {
    return !this.#isStopping && this.#parts.eventLog.isHolder();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping || this.#lanes.size > 0) {
      this.#parts.beat();
      const isWell = await this.#turn();
      await pause(isWell ? this.#parts.pollMs : TROUBLE_PAUSE_MS);
    }
  }

  /** Sees to it that every channel with work has a lane; returns false when the work list could not be read. */
  async #turn(): Promise<boolean> {
    if (!this.#isAtWork) return true;
    try {
      for (const { channelId, channelKind } of await this.#parts.ledger.channelsWithWork()) {
        if (this.#lanes.has(channelId)) continue;
        this.#lanes.add(channelId);
        void this.#drain(this.#channels.get(channelId) ?? new AbsentChannel(channelId, channelKind));
      }
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the work list cannot be read; trying again');
      return false;
    }
  }

  /** Works on a channel until there is nothing to do now. Never rejects: a lane that breaks is opened again by a later turn. */
  async #drain(channel: DeliveryChannel): Promise<void> {
    try {
      while (this.#isAtWork && ((await channel.isReady?.()) ?? true)) {
        const started = await this.#parts.ledger.start(channel.id, channel.timeoutMs);
        if (!started) return;
        await this.#record(started, await this.#outcomeOf(channel, started));
      }
    } catch (error) {
      this.#parts.log.warn({ err: error, channelId: channel.id }, 'deliveries on this channel are interrupted');
    } finally {
      this.#lanes.delete(channel.id);
    }
  }

  /** Makes the attempt, unless it follows one that may have arrived and is not worth arriving twice. */
  async #outcomeOf(channel: DeliveryChannel, started: StartedAttempt): Promise<DeliveryCommand> {
    const { letter, attempt, isAfterLoss, isPossibleRepeat, firstTriedAt } = started;
    const { notificationId, channelId, level } = letter;
    const ids = { notificationId, channelId };
    const lost = (why: string): DeliveryCommand => ({
      type: 'RecordLoss',
      data: { ...ids, because: `${why}, and ${level} is not sent twice.`, at: this.#parts.eventLog.now() },
    });
    if (isAfterLoss && !isWorthRepeating(level)) return lost('An attempt was begun and its outcome never written down');
    try {
      const given = await channel.send({ ...letter, isPossibleRepeat, firstReceipt: null });
      const receipt = given === null ? null : plainText(given) || null;
      const at = this.#parts.eventLog.now();
      return { type: 'RecordSuccess', data: { ...ids, attempt, isPossibleRepeat, receipt, at } };
    } catch (error) {
      const { patience, eventLog } = this.#parts;
      const trouble = this.#troubleOf(error);
      // Who does not answer in time may have taken it all the same: that is as unknown as after a crash.
      if (trouble.errorCode === 'TIMEOUT' && !isWorthRepeating(level))
        return lost('The receiver did not answer in time and may have taken it');
      const wall = { firstTriedAt, triedAt: instant(Date.now()), chance: Math.random(), patience };
      const data = { ...ids, attempt, ...trouble, ...wall, at: eventLog.now() };
      return { type: 'RecordFailure', data };
    }
  }

  #troubleOf(error: unknown) {
    const told = error instanceof Error ? error.message : String(error);
    const message = plainText(told) || 'no reason given';
    if (error instanceof Rejected) return { errorCode: 'REJECTED', message, askedMs: null } as const;
    if (error instanceof NoAnswer) return { errorCode: ERROR_CODES[error.reason], message, askedMs: error.askedMs };
    // A bug in a channel must not stop the others, and the letter must not be lost: it is tried again like any other.
    this.#parts.log.error({ err: error }, 'a channel failed in a way of its own');
    return { errorCode: 'UNREACHABLE', message, askedMs: null } as const;
  }

  /**
   * Makes the outcome a fact. When that cannot be done in time it is let go, and the attempt counts as lost, which is
   * what a later attempt will find.
   */
  async #record({ letter, attempt, intendedBy }: StartedAttempt, command: DeliveryCommand): Promise<void> {
    const { eventLog, ledger, log, onSaid } = this.#parts;
    const { notificationId } = letter;
    const observation = {
      causeId: `${notificationId}#${attempt}`, // One outcome per attempt, so telling it again makes the same facts.
      causationId: intendedBy.eventId,
      correlationId: intendedBy.correlationId,
      time: command.data.at,
      intentions: [to(delivery, notificationId, command)],
    };
    const untilMs = performance.now() + RECORDING_MS;
    for (;;) {
      try {
        const [outcome] = await eventLog.perform([observation]);
        if (outcome) onSaid(outcome.facts);
        if (!outcome?.refusal) return;
        log.warn({ notificationId, ...outcome.refusal }, 'this outcome came too late');
        await ledger.forget(notificationId);
        return;
      } catch (error) {
        if (performance.now() + RECORD_PAUSE_MS > untilMs) throw error;
      }
      await pause(RECORD_PAUSE_MS);
    }
  }
}

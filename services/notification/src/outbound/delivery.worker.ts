import type { ChannelKind, DeliveryFailed, Rate } from '@tocsin/contracts';
import { instant, plainText, Rejected } from '@tocsin/domain-kit';
import { to, type EventLog, type Outcome } from '@tocsin/event-log';
import { NoAnswer, type NoAnswerReason } from '@tocsin/outbound';
import { setTimeout as pause } from 'node:timers/promises';
import { delivery } from '../delivery.entity.ts';
import { HOUSE_RATE } from '../domain/deliveries/bucket.ts';
import { FAILURES_BEFORE_TAKEOVER } from '../domain/deliveries/failover.ts';
import { sideBySide, weightOf } from '../domain/deliveries/send-plan.ts';
import { isWorthRepeating, type DeliveryCommand } from '../domain/delivery.decider.ts';
import { AbsentChannel } from './channels/absent.channel.ts';
import type { DeliveryChannel } from './channels/channel.ts';
import { RECORDING_MS, type DeliveryLedger, type DueLetter, type StartedAttempt } from './delivery-ledger.ts';
import { DeliveryPace, type PacedChannel } from './delivery-pace.ts';
import { DeliveryRound, type Wishes } from './delivery-round.ts';
import type { OpenChannel, OpenChannels } from './open-channel.ts';

/** What the worker needs of a logger; pino fits. */
export interface WorkerLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface DeliveryWorkerParts {
  readonly eventLog: Pick<EventLog, 'perform' | 'now' | 'isHolder'>;
  readonly ledger: DeliveryLedger;
  readonly channels: OpenChannels;
  /** Reads what tenants want now. */
  readonly readWishes: () => Promise<Wishes>;
  /** What leaves the house over all channels; the brief's 60 a minute where nobody says. */
  readonly houseRate?: Rate;
  /** How often the work list is looked at when there was nothing to do. */
  readonly pollMs: number;
  readonly log: WorkerLog;
  /** Told of the facts that outcomes became. */
  readonly onSaid: (facts: Outcome['facts']) => void;
  /** Told on every turn that the loop is alive. */
  readonly beat: () => void;
}

/** After the work list could not be read. */
const TROUBLE_PAUSE_MS = 1_000;
/** Between tries to write an outcome down. */
const RECORD_PAUSE_MS = 250;
/** Letters that are on their way on one channel at the same time. More would only keep what is critical waiting. */
const AT_ONCE = 4;
/** Between looks at what may be forgotten. */
const FORGET_EVERY_MS = 3_600_000;
/** Between looks at a channel that is left alone. */
const LEFT_ALONE_LOOK_MS = 1_000;

const ERROR_CODES: Readonly<Record<NoAnswerReason, DeliveryFailed['data']['errorCode']>> = {
  unreachable: 'UNREACHABLE',
  timeout: 'TIMEOUT',
  'rate-limited': 'RATE_LIMITED',
  'breaker-open': 'BREAKER_OPEN',
};

/** What came of an attempt; `unmade` was never made, because the target is left alone. */
type Attempted =
  | { readonly kind: 'made'; readonly command: RecordCommand; readonly isWell: boolean }
  | { readonly kind: 'unmade'; readonly againInMs: number };

type RecordCommand = Extract<DeliveryCommand, { readonly type: 'RecordSuccess' | 'RecordFailure' | 'RecordLoss' }>;

/**
 * Sends what was decided: a few letters at a time on each channel, several channels side by side. Each attempt is written
 * down before it is made and its outcome after it, so that at any moment of death it is known what may have arrived.
 * Only the instance that holds the service's lease works; retries live on the wall clock, because receivers do.
 */
export class DeliveryWorker {
  readonly #parts: DeliveryWorkerParts;
  readonly #round: DeliveryRound;
  readonly #pace: DeliveryPace;
  /** The channels that are being worked on. */
  readonly #lanes = new Set<string>();
  /** The channels whose last attempt got an answer. */
  readonly #proven = new Set<string>();
  /** When channels that are left alone were looked at, on the monotonic clock. */
  readonly #lookedAtMs = new Map<string, number>();
  /** When it was looked at what may be forgotten, on the monotonic clock. */
  #forgotAtMs = -Infinity;
  #isStopping = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: DeliveryWorkerParts) {
    this.#parts = parts;
    this.#pace = new DeliveryPace(() => performance.now(), parts.houseRate);
    const onOutcomes = (outcomes: readonly Outcome[]): void => {
      for (const { facts, refusal } of outcomes) {
        parts.onSaid(facts);
        if (refusal) parts.log.warn(refusal, 'letters stand otherwise by now; they are looked at again');
      }
    };
    this.#round = new DeliveryRound({ ...parts, onOutcomes });
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Begins nothing more, and returns when what is on its way has its outcome. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop;
    for (const channel of this.#parts.channels.all()) await channel.close?.();
  }

  get #isAtWork(): boolean {
    return !this.#isStopping && this.#parts.eventLog.isHolder();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping || this.#lanes.size > 0) {
      this.#parts.beat();
      const isWell = await this.#turn();
      await this.#forgetOld();
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
        void this.#drain(channelId, channelKind);
      }
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the work list cannot be read; trying again');
      return false;
    }
  }

  /** What is kept too long costs room and no more: it is tried again an hour later. */
  async #forgetOld(): Promise<void> {
    const nowMs = performance.now();
    if (!this.#isAtWork || nowMs - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = nowMs;
    try {
      await this.#parts.ledger.forgetOld();
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'what is known of old letters could not be taken away');
    }
  }

  /** Works on a channel until there is nothing to do now. Never rejects: a lane that breaks is opened again by a later turn. */
  async #drain(channelId: string, kind: ChannelKind): Promise<void> {
    try {
      while (this.#isAtWork) {
        const { channel, rate } = this.#channelOf(channelId, kind); // It may be another one by now.
        if (!((await channel.isReady?.()) ?? true)) {
          await this.#lookAtLeftAlone(channel);
          return;
        }
        if (!(await this.#sendSome(channel, rate))) return;
      }
    } catch (error) {
      this.#parts.log.warn({ err: error, channelId }, 'deliveries on this channel are interrupted');
    } finally {
      this.#lanes.delete(channelId);
    }
  }

  #channelOf(channelId: string, kind: ChannelKind): OpenChannel {
    const absent = { channel: new AbsentChannel(channelId, kind), rate: HOUSE_RATE };
    return this.#parts.channels.find(channelId) ?? absent;
  }

  /**
   * Sends a few of the letters whose turn it is, which are about different things, and looks again: what matters most may
   * have changed. A channel that may be down is tried with one. Returns false when there is nothing to send now.
   */
  async #sendSome(channel: DeliveryChannel, rate: Rate): Promise<boolean> {
    const isProven = this.#proven.has(channel.id);
    const paced = { id: channel.id, kind: channel.kind, rate };
    const ready = await this.#round.prepare(channel.id, this.#pace.room(paced), isProven);
    const sends = sideBySide(ready, isProven ? AT_ONCE : 1).map((item) => this.#send(channel, paced, item));
    // All of them have their outcomes before one that broke is told: nobody begins anew while something is on its way.
    const settled = await Promise.allSettled(sends);
    for (const sent of settled) if (sent.status === 'rejected') throw sent.reason;
    return settled.some((sent) => sent.status === 'fulfilled' && sent.value);
  }

  /** Returns false when the target is left alone, so that there is no use in trying the next. */
  async #send(channel: DeliveryChannel, paced: PacedChannel, next: DueLetter): Promise<boolean> {
    const { ledger } = this.#parts;
    const started = await ledger.start(next.letter.notificationId, channel.timeoutMs);
    if (started === null) return true;
    this.#pace.take(paced, weightOf(started.letter));
    const attempted = await this.#attempt(channel, started);
    if (attempted.kind === 'unmade') {
      await ledger.takeBack(started.letter.notificationId, attempted.againInMs);
      return false;
    }
    if (attempted.isWell) this.#proven.add(channel.id);
    else this.#proven.delete(channel.id);
    await this.#record(started, attempted.command);
    const isFailure = attempted.command.type === 'RecordFailure';
    if (isFailure && started.attempt >= FAILURES_BEFORE_TAKEOVER) await this.#round.takeOver([next]);
    return true;
  }

  /** A breaker that is open says that many attempts failed: nobody waits for this letter's own to fail. */
  async #lookAtLeftAlone(channel: DeliveryChannel): Promise<void> {
    if (channel.stats?.()?.breaker !== 'open') return; // Only its rate keeps it from being called now.
    const nowMs = performance.now();
    if (nowMs - (this.#lookedAtMs.get(channel.id) ?? -Infinity) < LEFT_ALONE_LOOK_MS) return;
    this.#lookedAtMs.set(channel.id, nowMs);
    this.#proven.delete(channel.id);
    await this.#round.whileLeftAlone(channel.id);
  }

  /** Makes the attempt, unless it follows one that may have arrived and is not worth arriving twice. */
  async #attempt(channel: DeliveryChannel, started: StartedAttempt): Promise<Attempted> {
    const { letter, attempt, isAfterLoss, isPossibleRepeat, firstReceipt, firstTriedAt } = started;
    const { notificationId, channelId, level, tenant = 'shared' } = letter;
    const ids = { notificationId, channelId };
    const lost = (why: string): Attempted => ({
      kind: 'made',
      isWell: false,
      command: {
        type: 'RecordLoss',
        data: { ...ids, because: `${why}, and ${level} is not sent twice.`, at: this.#parts.eventLog.now() },
      },
    });
    if (isAfterLoss && !isWorthRepeating(level)) return lost('An attempt was begun and its outcome never written down');
    try {
      const given = await channel.send({ ...letter, isPossibleRepeat, firstReceipt });
      const receipt = given === null ? null : plainText(given) || null;
      const at = this.#parts.eventLog.now();
      const data = { ...ids, attempt, isPossibleRepeat, receipt, at };
      return { kind: 'made', isWell: true, command: { type: 'RecordSuccess', data } };
    } catch (error) {
      if (error instanceof NoAnswer && wasNotSent(error))
        return { kind: 'unmade', againInMs: error.remedy.retryAfterMs };
      const trouble = this.#troubleOf(error);
      // Who does not answer in time may have taken it all the same: that is as unknown as after a crash.
      if (trouble.errorCode === 'TIMEOUT' && !isWorthRepeating(level))
        return lost('The receiver did not answer in time and may have taken it');
      const { attempts: patience } = (await this.#parts.readWishes()).policyOf(tenant);
      const wall = { firstTriedAt, triedAt: instant(Date.now()), chance: Math.random(), patience };
      const data = { ...ids, attempt, ...trouble, ...wall, at: this.#parts.eventLog.now() };
      // Who says no to one letter may well take the next.
      const isWell = trouble.errorCode === 'REJECTED';
      return { kind: 'made', isWell, command: { type: 'RecordFailure', data } };
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
  async #record({ letter, attempt, intendedBy }: StartedAttempt, command: RecordCommand): Promise<void> {
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

/** Our own breaker or rate limit kept it from being sent: nothing reached the target, so no attempt was made. */
const wasNotSent = ({ reason, askedMs, reply }: NoAnswer): boolean =>
  reason === 'breaker-open' || (reason === 'rate-limited' && askedMs === null && reply === null);

import type { Attempts, DeliveryIntendedData, Digests } from '@tocsin/contracts';
import { epochMs, instant } from '@tocsin/domain-kit';
import { to, type EventLog, type Observation, type Outcome } from '@tocsin/event-log';
import { createHash } from 'node:crypto';
import { delivery } from '../delivery.entity.ts';
import { digestOf, membersOf, type GatheredBecause } from '../domain/deliveries/digest.ts';
import { FAILURES_BEFORE_TAKEOVER, idOn, mayBeTakenOver, onBehalf, takeover } from '../domain/deliveries/failover.ts';
import { irrelevanceOf, isLate } from '../domain/deliveries/relevance.ts';
import { summaryAtMs } from '../domain/deliveries/rhythm.ts';
import { inBatches, planSends, type Room } from '../domain/deliveries/send-plan.ts';
import type { DeliveryCommand } from '../domain/delivery.decider.ts';
import type { DeliveryLedger, DueLetter, Successor } from './delivery-ledger.ts';
import type { OpenChannels } from './open-channel.ts';

type Letter = DeliveryIntendedData;

/** What tenants want of deliveries, at one moment. */
export interface Wishes {
  /** How patient a tenant is, and what it hears of once in a while. */
  policyOf(tenant: string): { readonly attempts: Attempts; readonly digests: Digests };
  /** The ids of those letters that are about something of which their tenant does not want to hear now. */
  silenced(letters: readonly Letter[]): ReadonlySet<string>;
}

export interface DeliveryRoundParts {
  readonly eventLog: Pick<EventLog, 'perform' | 'now'>;
  readonly ledger: DeliveryLedger;
  readonly channels: OpenChannels;
  /** Reads what tenants want now. */
  readonly readWishes: () => Promise<Wishes>;
  /** Told of what was observed, and what became of it. */
  readonly onOutcomes: (outcomes: readonly Outcome[]) => void;
}

/** Letters that are about to be gathered or withdrawn are nobody else's for so long. */
const CLAIM_MS = 10_000;

/** How often it is asked whether a silence still lasts: somebody may end it early. */
const SILENCE_LOOK_MS = 5_000;

/** What has to be decided about the letters of a channel before any of them is sent. */
export class DeliveryRound {
  readonly #parts: DeliveryRoundParts;

  constructor(parts: DeliveryRoundParts) {
    this.#parts = parts;
  }

  /**
   * Withdraws, puts off and gathers, and returns what is to be sent now, in order. A channel that may be down is tried
   * with one letter first: a digest that fails helps nobody.
   */
  async prepare(channelId: string, room: Room, isProven: boolean): Promise<readonly DueLetter[]> {
    const due = await this.#parts.ledger.due(channelId);
    if (due.length === 0) return [];
    const relevant = await this.#relevant(channelId, due);
    const wishes = await this.#parts.readWishes();
    const { apart, rest } = await this.#summedUp(await this.#unsilenced(relevant, wishes), wishes);
    await this.takeOver(rest.filter(({ attempts }) => attempts >= FAILURES_BEFORE_TAKEOVER));
    const [first] = rest;
    const plan = planSends(rest, room);
    if (!isProven && plan.together.length > 0 && first !== undefined) return [first];
    for (const batch of room.ordinary > 0 ? apart : []) await this.#gather(batch, 'by-rhythm');
    for (const batch of plan.together) await this.#gather(batch, 'crowded');
    return plan.singly;
  }

  /** What goes on while a channel is left alone: patience runs out, and others take over. */
  async whileLeftAlone(channelId: string): Promise<void> {
    const { ledger } = this.#parts;
    await ledger.noteTurn(channelId);
    const due = await this.#relevant(channelId, await ledger.due(channelId));
    await this.takeOver(due);
    if (due.length === 0) return;
    const wishes = await this.#parts.readWishes();
    for (const item of due) await this.#giveUpWhenOver(item, wishes);
  }

  /** Asks another channel to tell what this one cannot, where there is one that was not asked. */
  async takeOver(items: readonly Pick<DueLetter, 'letter' | 'intendedBy' | 'isTakenOver'>[]): Promise<void> {
    const { ledger, channels, eventLog } = this.#parts;
    for (const { letter, intendedBy, isTakenOver } of items) {
      if (isTakenOver || !mayBeTakenOver(letter)) continue;
      const others = channels.of(letter.tenant ?? 'shared');
      const known = await ledger.known(others.map(({ id }) => idOn(letter, id)));
      const isAsked = [...known.values()].includes(letter.channelId);
      const other = isAsked ? null : takeover(letter, others, new Set(known.keys()));
      if (other !== null) {
        const at = eventLog.now();
        const intend = to(delivery, other.notificationId, { type: 'Intend', data: { ...other, at } });
        await this.#perform([{ ...causeOf({ letter, intendedBy }, 'takeover'), time: at, intentions: [intend] }]);
      }
      await ledger.noteTakeover(letter.notificationId);
    }
  }

  /** Withdraws what nobody needs any more. */
  async #relevant(channelId: string, due: readonly DueLetter[]): Promise<readonly DueLetter[]> {
    const { ledger, eventLog } = this.#parts;
    const letters = due.filter(isQuestionable).map(({ letter }) => letter);
    if (letters.length === 0) return due;
    const at = eventLog.now();
    const surroundings = await ledger.surroundings(channelId, letters, at);
    await this.#tellSuccessors(due, surroundings.successors);
    const withdrawals = due.flatMap((item) => {
      const because = isQuestionable(item) ? irrelevanceOf(item.letter, isLate(item), surroundings) : null;
      return because === null ? [] : [{ item, because }];
    });
    if (withdrawals.length === 0) return due;
    const claimed = await ledger.putOff(
      withdrawals.map(({ item }) => item.letter.notificationId),
      CLAIM_MS,
    );
    const observations = withdrawals.flatMap(({ item, because }) => {
      const { notificationId } = item.letter;
      if (!claimed.has(notificationId)) return [];
      const withdraw: DeliveryCommand = {
        type: 'Withdraw',
        data: { notificationId, channelId, because, mayHaveArrived: item.isPossibleRepeat, at },
      };
      return [{ ...causeOf(item, 'withdrawn'), time: at, intentions: [to(delivery, notificationId, withdraw)] }];
    });
    if (observations.length > 0) await this.#perform(observations);
    const withdrawn = new Set(withdrawals.map(({ item }) => item));
    return due.filter((item) => !withdrawn.has(item));
  }

  /** Has an end told as well where another channel told the beginning in this one's place, whatever becomes of it here. */
  async #tellSuccessors(due: readonly DueLetter[], successors: readonly Successor[]): Promise<void> {
    const { ledger, channels, eventLog } = this.#parts;
    if (successors.length === 0) return;
    for (const item of due) {
      const { letter, isTakenOver } = item;
      if (letter.kind !== 'restoration' || isTakenOver) continue;
      const about = new Set(membersOf(letter).map(({ episodeId }) => episodeId));
      const ids = successors.filter(({ episodes }) => episodes.some((one) => about.has(one)));
      const at = eventLog.now();
      const intentions = [...new Set(ids.map(({ channelId }) => channelId))].flatMap((id) => {
        const other = channels.find(id)?.channel;
        if (other === undefined) return [];
        const data = { ...onBehalf(letter, other), at };
        return [to(delivery, data.notificationId, { type: 'Intend', data })];
      });
      if (intentions.length > 0) await this.#perform([{ ...causeOf(item, 'successors'), time: at, intentions }]);
      await ledger.noteTakeover(letter.notificationId);
    }
  }

  async #unsilenced(due: readonly DueLetter[], wishes: Wishes): Promise<readonly DueLetter[]> {
    const silenced = wishes.silenced(due.map(({ letter }) => letter));
    if (silenced.size === 0) return due;
    await this.#parts.ledger.putOff([...silenced], SILENCE_LOOK_MS);
    return due.filter(({ letter }) => !silenced.has(letter.notificationId));
  }

  /** Puts aside what is told once in a while, and tells what of it is due from the rest. */
  async #summedUp(
    due: readonly DueLetter[],
    wishes: Wishes,
  ): Promise<{
    readonly apart: readonly (readonly DueLetter[])[];
    readonly rest: readonly DueLetter[];
  }> {
    const [first] = due;
    if (first === undefined) return { apart: [], rest: [] };
    const { digests } = wishes.policyOf(first.letter.tenant ?? 'shared');
    const nowMs = Date.now();
    const apart: DueLetter[] = [];
    const rest: DueLetter[] = [];
    const later = new Map<number, string[]>();
    for (const item of due) {
      const atMs = summaryAtMs(item.letter, item.queuedAt, digests);
      if (atMs === null) rest.push(item);
      else if (atMs <= nowMs) apart.push(item);
      else later.set(atMs, [...(later.get(atMs) ?? []), item.letter.notificationId]);
    }
    for (const [atMs, ids] of later) await this.#parts.ledger.putAside(ids, atMs - nowMs);
    const batches = inBatches(apart);
    const alone = batches.filter((batch) => batch.length === 1).flat(); // A summary of one is that one.
    return { apart: batches.filter((batch) => batch.length > 1), rest: [...alone, ...rest] };
  }

  async #gather(batch: readonly DueLetter[], because: GatheredBecause): Promise<void> {
    const { ledger, eventLog } = this.#parts;
    const claimed = await ledger.putOff(
      batch.map(({ letter }) => letter.notificationId),
      CLAIM_MS,
    );
    const gathered = batch.filter(({ letter }) => claimed.has(letter.notificationId));
    const [first, second, ...others] = gathered;
    if (first === undefined || second === undefined) return;
    const at = eventLog.now();
    const letters = [first.letter, second.letter, ...others.map(({ letter }) => letter)] as const;
    const { channelId } = first.letter;
    const into = `dig:${hashOf(letters.map(({ notificationId }) => notificationId))}:${channelId}:0`;
    const letter = digestOf(letters, { notificationId: into, because, at });
    await this.#perform([
      {
        ...causeOf(first, 'gathered'),
        causeId: into,
        time: at,
        isWhole: true,
        intentions: [
          ...letters.map(({ notificationId }) =>
            to(delivery, notificationId, { type: 'Gather', data: { notificationId, channelId, into, at } }),
          ),
          to(delivery, into, { type: 'Intend', data: letter }),
        ],
      },
    ]);
  }

  /** A letter that nobody could even try is given up like one that failed all the while. */
  async #giveUpWhenOver(item: DueLetter, wishes: Wishes): Promise<void> {
    const { ledger, eventLog } = this.#parts;
    const { letter, attempts, firstTriedAt } = item;
    const { attempts: patience } = wishes.policyOf(letter.tenant ?? 'shared');
    const nowMs = Date.now();
    if (firstTriedAt === null || nowMs - epochMs(firstTriedAt) <= patience.giveUpAfterMs) return;
    const { notificationId, channelId } = letter;
    if (!(await ledger.putOff([notificationId], CLAIM_MS)).has(notificationId)) return;
    const at = eventLog.now();
    const attempt = attempts + 1;
    const failure: DeliveryCommand = {
      type: 'RecordFailure',
      data: {
        ...{ notificationId, channelId, attempt, errorCode: 'BREAKER_OPEN', askedMs: null, chance: 0.5 },
        message: `${channelId} kept failing and was left alone.`,
        ...{ firstTriedAt, triedAt: instant(nowMs), patience, at },
      },
    };
    const intentions = [to(delivery, notificationId, failure)];
    await this.#perform([{ ...causeOf(item, String(attempt)), time: at, intentions }]);
  }

  async #perform(observations: readonly Observation[]): Promise<void> {
    this.#parts.onOutcomes(await this.#parts.eventLog.perform(observations));
  }
}

/** Whether anything has to be looked up before it is sent. */
const isQuestionable = (item: DueLetter): boolean =>
  !item.isForced &&
  (isLate(item) || item.letter.kind === 'restoration' || item.letter.scope === 'service-notification');

function causeOf({ letter: { notificationId }, intendedBy }: Pick<DueLetter, 'letter' | 'intendedBy'>, what: string) {
  return {
    causeId: `${notificationId}#${what}`,
    causationId: intendedBy.eventId,
    correlationId: intendedBy.correlationId,
  };
}

const hashOf = (ids: readonly string[]): string =>
  createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16);

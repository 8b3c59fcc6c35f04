import type { Instant } from '@tocsin/domain-kit';
import { to, type EventLog, type Observation } from '@tocsin/event-log';
import { delivery } from '../../delivery.entity.ts';
import type { NoticeRefusal } from '../../domain/notices/notice.decider.ts';
import type { AddressBook } from '../../domain/round/address-book.ts';
import { planRound, type Decision } from '../../domain/round/plan-round.ts';
import { notice } from '../../notice.entity.ts';
import { boardOf } from './board.ts';
import type { RoundClock } from './round-clock.ts';

/** What a round needs of the log. */
export type RoundLog = Pick<EventLog, 'isHolder' | 'sql' | 'perform'>;

/** One step decides at most this many things, so that what is heard has its turn in between. */
const COMMANDS_MAX = 500;

const MOVED_ON: NoticeRefusal = 'notice-moved-on';
/** So often in a row nothing moves on in the moment between a look and its step: it is the board that is wrong. */
const MOVED_ON_MAX = 5;

/** Looks at what is to be told, and brings to the log what is told, held and let go. */
export class NoticeRound {
  readonly #log: RoundLog;
  readonly #readBook: () => Promise<AddressBook>;
  readonly #clock: RoundClock;
  readonly #publicUrl: string | null;
  /** How many members a message of a group may have, after one of them could not be told. */
  #membersMax: ReadonlyMap<string, number> = new Map();
  /** How many looks in a row a message of a group was refused because one of its members had moved on. */
  #movedOn: ReadonlyMap<string, number> = new Map();

  constructor(parts: {
    readonly log: RoundLog;
    readonly readBook: () => Promise<AddressBook>;
    readonly clock: RoundClock;
    readonly publicUrl: string | null;
  }) {
    this.#log = parts.log;
    this.#readBook = parts.readBook;
    this.#clock = parts.clock;
    this.#publicUrl = parts.publicUrl;
  }

  /** Looks once. What was refused is looked at again the next time. */
  async look(): Promise<void> {
    if (!this.#log.isHolder()) {
      this.#clock.restart();
      return;
    }
    const at = this.#clock.now();
    const decisions = await planRound({
      board: boardOf(this.#log.sql),
      readBook: this.#readBook,
      at,
      publicUrl: this.#publicUrl,
      membersMax: this.#membersMax,
    });
    const membersMax = new Map<string, number>();
    const movedOn = new Map<string, number>();
    for (const step of steps(decisions)) {
      const outcomes = await this.#log.perform(step.map((decision) => observed(decision, at)));
      for (const [index, { refusal }] of outcomes.entries()) {
        const { group = null, commands = [] } = step[index] ?? {};
        if (group === null || refusal === null) continue;
        if (refusal.refused === MOVED_ON) {
          const times = (this.#movedOn.get(group) ?? 0) + 1;
          movedOn.set(group, times);
          if (times < MOVED_ON_MAX) continue;
        }
        // One of them cannot be told at all, such as one whose notice is parked. The others do not wait for it.
        membersMax.set(group, Math.max(1, Math.floor(commands.length / 2)));
      }
    }
    this.#membersMax = membersMax;
    this.#movedOn = movedOn;
  }
}

/** Decisions in their order, as many to a step as it may take. */
function steps(decisions: readonly Decision[]): readonly (readonly Decision[])[] {
  const all: Decision[][] = [];
  let commands = COMMANDS_MAX;
  for (const decision of decisions) {
    commands += decision.commands.length;
    if (commands > COMMANDS_MAX) {
      all.push([]);
      commands = decision.commands.length;
    }
    all.at(-1)?.push(decision);
  }
  return all;
}

/** That people are told and that each channel has its delivery hold together. */
const observed = ({ id, commands, letters, causedBy }: Decision, time: Instant): Observation => ({
  causeId: id,
  time,
  causationId: causedBy.eventId,
  correlationId: causedBy.correlationId,
  isWhole: true,
  intentions: [
    ...commands.map((one) => to(notice, one.notice, one.command)),
    ...letters.map((letter) => to(delivery, letter.notificationId, { type: 'Intend', data: letter })),
  ],
});

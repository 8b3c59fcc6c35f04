import type { Instant } from '@tocsin/domain-kit';
import { to, type EventLog, type Observation } from '@tocsin/event-log';
import { delivery } from '../../delivery.entity.ts';
import type { AddressBook } from '../../domain/round/address-book.ts';
import { planRound, type Decision } from '../../domain/round/plan-round.ts';
import { notice } from '../../notice.entity.ts';
import { boardOf } from './board.ts';

/** What a round needs of the log. */
export type RoundLog = Pick<EventLog, 'isHolder' | 'now' | 'sql' | 'perform'>;

/** Brings at most this many decisions to one step, so that what is heard has its turn in between. */
const DECISIONS_MAX = 100;

/** Looks at what is to be told, and brings to the log what is told, held and let go. */
export class NoticeRound {
  readonly #log: RoundLog;
  readonly #readBook: () => Promise<AddressBook>;
  readonly #publicUrl: string | null;

  constructor(parts: {
    readonly log: RoundLog;
    readonly readBook: () => Promise<AddressBook>;
    readonly publicUrl: string | null;
  }) {
    this.#log = parts.log;
    this.#readBook = parts.readBook;
    this.#publicUrl = parts.publicUrl;
  }

  /** Looks once; returns whether there was anything to decide. What was refused is looked at again the next time. */
  async look(): Promise<boolean> {
    if (!this.#log.isHolder()) return false;
    const at = this.#log.now();
    const decisions = await planRound({
      board: boardOf(this.#log.sql),
      readBook: this.#readBook,
      at,
      publicUrl: this.#publicUrl,
    });
    for (let from = 0; from < decisions.length; from += DECISIONS_MAX)
      await this.#log.perform(decisions.slice(from, from + DECISIONS_MAX).map((decision) => observed(decision, at)));
    return decisions.length > 0;
  }
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

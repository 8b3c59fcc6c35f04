import { earlierOf, isRefusal, type Instant } from '@tocsin/domain-kit';
import { groupDueAt } from '../notices/group.ts';
import { addressed, sharedWith, type Addressed, type EpisodeFact } from '../notices/heard.ts';
import { noticeDecider } from '../notices/notice.decider.ts';
import type { NoticeEvent } from '../notices/notice.memory.ts';
import type { Notice } from '../notices/notice.ts';
import { addresseesOf, bookOf, newestRoutingOf, type AddressBook } from '../round/address-book.ts';
import type { Letter } from '../round/letters.ts';
import { planRound, type Decision } from '../round/plan-round.ts';
import type { GoodNews } from '../wording/good-news.ts';
import { DeskBoard } from './desk-board.ts';

/** A fact of escalation with what later facts are traced back to. */
export type HeardEpisodeFact = EpisodeFact & { readonly id: string; readonly correlationId: string };

/** Rounds that one look may take: what was let go is told by the next. */
const ROUNDS_MAX = 1_000;

/**
 * Everything that decides who is told what and when, in memory: the same deciders and the same round as in the service.
 * Facts and moments go in, in order; what would be sent comes out, and nothing is sent.
 */
export class Desk {
  readonly #notices = new Map<string, Notice>();
  readonly #board = new DeskBoard();
  readonly #publicUrl: string | null;
  #said: NoticeEvent[] = [];
  /** What tenants have chosen; another one holds from the next fact or look on. */
  book: AddressBook;

  constructor(book: AddressBook, publicUrl: string | null = null) {
    this.book = book;
    this.#publicUrl = publicUrl;
  }

  /** What was decided so far. */
  get said(): readonly NoticeEvent[] {
    return this.#said;
  }

  /** Lets go of what was decided so far, where nobody asks for it. */
  forgetSaid(): void {
    this.#said = [];
  }

  /** What people know, by notice. */
  get notices(): ReadonlyMap<string, Notice> {
    return this.#notices;
  }

  hear(fact: HeardEpisodeFact): void {
    const { id, correlationId } = fact;
    for (const one of addressed(fact, addresseesOf(this.book), fact.data.at)) this.#decide(one, { id, correlationId });
  }

  /** Shares good news with whoever asks for it. */
  hearGoodNews(news: GoodNews, cause: { readonly id: string; readonly correlationId: string }): void {
    for (const one of sharedWith(news, addresseesOf(this.book))) this.#decide(one, cause);
  }

  /** Tells what is due at a moment, and returns what would be sent. */
  async look(at: Instant): Promise<readonly Letter[]> {
    const letters: Letter[] = [];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { book } = this;
      const decisions = await planRound({
        board: this.#board,
        readBook: () => Promise.resolve(book),
        at,
        publicUrl: this.#publicUrl,
      });
      if (decisions.length === 0) break;
      letters.push(...decisions.flatMap((decision) => this.#carryOut(decision)));
    }
    return letters;
  }

  /** The next moment after `at` at which something is to be told or let go; null where nothing waits for one. */
  nextMoment(at: Instant): Instant | null {
    const told = this.#board.waitingGroups().map((group) => {
      const { grouping } = newestRoutingOf(bookOf(this.book, group.tenant));
      return groupDueAt(group, group.firstDueAt, group.toldAt, grouping);
    });
    const later = [...told, ...this.#board.releases()].filter((moment) => moment > at);
    return later.length === 0 ? null : later.reduce(earlierOf);
  }

  #carryOut({ commands, letters, causedBy: { eventId: id, correlationId } }: Decision): readonly Letter[] {
    for (const { notice, command } of commands) this.#decide({ key: notice, command }, { id, correlationId });
    return letters;
  }

  #decide({ key, command }: Addressed, cause: { readonly id: string; readonly correlationId: string }): void {
    const before = this.#notices.get(key) ?? noticeDecider.initialState();
    const outcome = noticeDecider.decide(command, before);
    if (isRefusal(outcome)) throw new Error(`nobody decides beside a desk, and yet: ${outcome.because}`);
    this.#notices.set(key, outcome.reduce(noticeDecider.evolve, before));
    for (const event of outcome) this.#board.fold({ ...event, ...cause });
    this.#said.push(...outcome);
  }
}

import { assert, epochMs, instant, type Instant } from '@tocsin/domain-kit';
import type { Calendar, CalendarId, Session } from './calendar.ts';

type Row = {
  readonly session: Session;
  readonly openMs: number;
  readonly closeMs: number;
  /** Market time before this session, counted from the table's beginning. */
  readonly beforeMs: number;
  /** The opening of the unbroken stretch of sessions that this one belongs to, and its end. */
  readonly stretchOpenMs: number;
  readonly stretchCloseMs: number;
};

/** A calendar kept as a table of sessions with running sums: each answer is one or two binary searches. */
export class SessionTable implements Calendar {
  readonly id: CalendarId;
  readonly version: string;
  readonly nominalDayMs: number;
  readonly #rows: readonly Row[];
  /** Each trading day from its first opening to its last close. */
  readonly #byDay: ReadonlyMap<string, Session>;
  readonly #fromMs: number;
  readonly #toMs: number;

  /**
   * `sessions` are oldest first and never overlap, those of one trading day next to each other; they are all there is
   * between the first opening and the last close.
   */
  constructor(options: { id: CalendarId; version: string; nominalDayMs: number; sessions: readonly Session[] }) {
    this.id = options.id;
    this.version = options.version;
    this.nominalDayMs = options.nominalDayMs;
    this.#rows = rowsOf(options.sessions);
    this.#byDay = tradingDaysOf(options.sessions);
    this.#fromMs = this.#rows[0]?.openMs ?? Number.NaN;
    this.#toMs = this.#rows.at(-1)?.closeMs ?? Number.NaN;
  }

  get coversUntil(): Instant {
    return instant(this.#toMs);
  }

  covers(at: Instant): boolean {
    return this.#isKnown(epochMs(at));
  }

  isOpen(at: Instant): boolean {
    const ms = this.#known(at);
    return ms < this.#row(this.#lastOpenedBy(ms)).closeMs;
  }

  marketMs(from: Instant, to: Instant): number {
    return to <= from ? 0 : this.#marketMsBefore(this.#known(to)) - this.#marketMsBefore(this.#known(from));
  }

  afterMarketMs(from: Instant, ms: number): Instant {
    const fromMs = this.#known(from);
    if (ms <= 0) return from;
    const sought = this.#marketMsBefore(fromMs) + ms;
    const row = this.#row(lastWhere(this.#rows, ({ beforeMs }) => beforeMs < sought));
    const foundMs = row.openMs + sought - row.beforeMs;
    if (foundMs > row.closeMs) this.#outOfRange(instant(foundMs));
    return instant(foundMs);
  }

  openSince(at: Instant): Instant | null {
    const ms = this.#known(at);
    const row = this.#row(this.#lastOpenedBy(ms));
    return ms < row.closeMs ? instant(row.stretchOpenMs) : null;
  }

  nextOpen(at: Instant): Instant {
    const ms = this.#known(at);
    const row = this.#row(this.#lastOpenedBy(ms));
    const next = this.#rows[lastWhere(this.#rows, ({ openMs }) => openMs <= row.stretchCloseMs) + 1];
    return next ? instant(next.openMs) : this.#outOfRange(at);
  }

  nextClose(at: Instant): Instant {
    const ms = this.#known(at);
    const index = this.#lastOpenedBy(ms);
    const current = this.#row(index);
    if (ms < current.stretchCloseMs) return instant(current.stretchCloseMs);
    const next = this.#rows[index + 1];
    return next ? instant(next.stretchCloseMs) : this.#outOfRange(at);
  }

  sessionFrom(at: Instant): Session {
    const ms = this.#known(at);
    const index = this.#lastOpenedBy(ms);
    return this.#row(ms < this.#row(index).closeMs ? index : index + 1).session;
  }

  tradingDayFrom(at: Instant): Session {
    const session = this.sessionFrom(at);
    return this.#byDay.get(session.tradingOn) ?? session;
  }

  sessionOn(tradingOn: string): Session | null {
    return this.#byDay.get(tradingOn) ?? null;
  }

  /** The milliseconds of a moment that the table covers. */
  #known(at: Instant): number {
    const ms = epochMs(at);
    return this.#isKnown(ms) ? ms : this.#outOfRange(at);
  }

  #isKnown(ms: number): boolean {
    return ms >= this.#fromMs && ms < this.#toMs;
  }

  #outOfRange(at: Instant): never {
    const range = `${instant(this.#fromMs)} to ${instant(this.#toMs)}`;
    throw new RangeError(`calendar ${this.id} ${this.version} covers ${range}; it was asked about ${at}`);
  }

  /** The index of the last session that opened at or before a covered moment: there always is one. */
  #lastOpenedBy(ms: number): number {
    return lastWhere(this.#rows, ({ openMs }) => openMs <= ms);
  }

  #marketMsBefore(ms: number): number {
    const row = this.#row(this.#lastOpenedBy(ms));
    return row.beforeMs + Math.min(ms, row.closeMs) - row.openMs;
  }

  #row(index: number): Row {
    const row = this.#rows[index];
    assert(row !== undefined, 'a covered moment has a session');
    return row;
  }
}

function tradingDaysOf(sessions: readonly Session[]): ReadonlyMap<string, Session> {
  const days = new Map<string, Session>();
  for (const session of sessions) {
    const { openAt } = days.get(session.tradingOn) ?? session;
    days.set(session.tradingOn, { ...session, openAt });
  }
  return days;
}

function rowsOf(sessions: readonly Session[]): readonly Row[] {
  const spans = sessions.map((session) => ({
    session,
    openMs: epochMs(session.openAt),
    closeMs: epochMs(session.closeAt),
  }));
  const stretchCloses: number[] = [];
  for (const [index, { closeMs }] of [...spans.entries()].reverse()) {
    const next = spans[index + 1];
    assert(next === undefined || closeMs <= next.openMs, 'sessions are in order and do not overlap');
    stretchCloses[index] = next?.openMs === closeMs ? (stretchCloses[index + 1] ?? closeMs) : closeMs;
  }
  let beforeMs = 0;
  let stretchOpenMs = Number.NaN;
  return spans.map((span, index) => {
    assert(span.openMs < span.closeMs, 'a session has a length');
    if (spans[index - 1]?.closeMs !== span.openMs) stretchOpenMs = span.openMs;
    const row = { ...span, beforeMs, stretchOpenMs, stretchCloseMs: stretchCloses[index] ?? span.closeMs };
    beforeMs += span.closeMs - span.openMs;
    return row;
  });
}

/** The index of the last element that satisfies a condition which holds for a beginning of the list; -1 when for none. */
function lastWhere<Element>(list: readonly Element[], holds: (element: Element) => boolean): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const element = list[middle];
    if (element !== undefined && holds(element)) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

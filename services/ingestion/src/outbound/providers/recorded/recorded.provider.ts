import { readFile } from 'node:fs/promises';
import { plusMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { barCloseOf, barsBetween } from '../../../domain/bar-grid.ts';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import { AskSchedule } from '../ask-schedule.ts';
import type { Answer, Ask, Provider } from '../provider.ts';
import { readBarTable } from '../bar-table.ts';

export type RecordedOptions = {
  readonly calendar: Calendar;
  readonly timeframe: Timeframe;
  /** How many of the first bars are history when the feed begins. */
  readonly backfillBars: number;
  /** How long after its close a bar is there to be read. */
  readonly latencyMs: number;
  /** When the feed begins if the file tells no time, because it is no table of bars. */
  readonly beginAt: Instant;
};

/** The bars of a file, told at the pace of the clock that asks: a bar is there once it has closed. */
export class RecordedProvider implements Provider {
  readonly name = 'recorded';
  readonly simulated = false;
  readonly #begin: { readonly at: Instant; readonly answer: Answer };
  readonly #bars: ReadonlyMap<Instant, readonly CandidateBar[]>;
  readonly #schedule: AskSchedule;
  readonly #garbage: Answer | null;

  constructor(text: string, options: RecordedOptions) {
    const { calendar, timeframe, backfillBars, latencyMs, beginAt } = options;
    const rows = readBarTable(text, calendar);
    this.#garbage = rows === null ? { kind: 'garbage', body: text } : null;
    this.#bars = byClose(rows ?? [], calendar, timeframe);
    const closes = [...this.#bars.keys()];
    const begunWith = closes.slice(0, backfillBars);
    const lastOfHistory = begunWith.at(-1) ?? beginAt;
    this.#begin = {
      at: plusMs(lastOfHistory, latencyMs),
      answer: this.#garbage ?? { kind: 'bars', bars: begunWith.flatMap((closeAt) => this.#bars.get(closeAt) ?? []) },
    };
    this.#schedule = new AskSchedule(asksBetween(options, lastOfHistory, closes.at(-1) ?? lastOfHistory));
  }

  /** Reads the whole file at once: history is small, and a clock that jumps should not wait for a disk. */
  static async open(file: URL | string, options: RecordedOptions): Promise<RecordedProvider> {
    return new RecordedProvider(await readFile(file, 'utf8'), options);
  }

  begin(): { readonly at: Instant; readonly answer: Answer } {
    return this.#begin;
  }

  nextAsk(after: Instant): Ask | null {
    return this.#schedule.nextAfter(after);
  }

  ask({ barCloseAt }: { readonly barCloseAt: Instant }): Answer {
    return this.#garbage ?? { kind: 'bars', bars: this.#bars.get(barCloseAt) ?? [] };
  }

  between(from: Instant, to: Instant): readonly CandidateBar[] {
    return [...this.#bars.values()].flat().filter(({ openAt }) => openAt !== null && openAt >= from && openAt < to);
  }
}

/** Every market boundary is asked for, whether the file has a bar for it or not: that is how a gap shows. */
function asksBetween(
  { calendar, timeframe, latencyMs }: RecordedOptions,
  after: Instant,
  until: Instant,
): readonly Ask[] {
  if (until <= after) return [];
  return [...barsBetween(calendar, timeframe, after, until)].map(({ closeAt }) => ({
    at: plusMs(closeAt, latencyMs),
    barCloseAt: closeAt,
  }));
}

/** Rows by the close of their bar, oldest first. A row whose time says nothing comes with the row before it. */
function byClose(
  rows: readonly CandidateBar[],
  calendar: Calendar,
  timeframe: Timeframe,
): Map<Instant, CandidateBar[]> {
  const closes = rows.map(({ openAt }) => (openAt === null ? null : barCloseOf(calendar, timeframe, openAt)));
  const grouped = new Map<Instant, CandidateBar[]>();
  let closeAt = closes.find((close) => close !== null) ?? null;
  for (const [index, row] of rows.entries()) {
    closeAt = closes[index] ?? closeAt;
    if (closeAt !== null) grouped.set(closeAt, [...(grouped.get(closeAt) ?? []), row]);
  }
  return new Map([...grouped].sort(([one], [other]) => (one < other ? -1 : 1)));
}

import { earlierOf, epochMs, instant, msBetween, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { NoAnswer, Refused, withoutSecrets, type Answer as HttpAnswer, type Reply } from '@tocsin/outbound';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { AdapterSettings, BarAdapter, BarsAsked, Fetched } from './adapter.ts';
import { completeBars } from './complete-bars.ts';
import type { Answer } from './provider.ts';
import { cutShort, failed, failureIn } from './sorting.ts';

/** One request. */
export type Page = {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The opening of the first bar that it asks for. */
  readonly from: Instant;
};

/** What an answer says. `more` is the provider's own word for where it goes on, where it has one. */
export type Reading =
  | { readonly kind: 'bars'; readonly bars: readonly CandidateBar[]; readonly more?: string | null }
  | Exclude<Answer, { readonly kind: 'bars' }>;

export type BarsRead = Extract<Reading, { readonly kind: 'bars' }>;

type Place = Pick<AdapterSettings, 'url' | 'key'>;

/** How one provider is asked, and how its answers are read. Everything else is the same for all. */
export type Dialect = {
  readonly name: string;
  readonly timeframes: ReadonlySet<Timeframe>;
  /** Why the provider has no such bars of this market, although it has some of that length; null where it may have. */
  readonly cannot?: (asked: BarsAsked) => string | null;
  /** The request for the oldest bars that are asked for. */
  readonly firstPage: (asked: BarsAsked, place: Place) => Page;
  /** The request for those after `page`, by what came; null when that was all. */
  readonly nextPage: (asked: BarsAsked, page: Page, read: BarsRead, place: Place) => Page | null;
  /** Reads an answer with status 200, whatever it is. Only complete bars that were asked for, in order. */
  readonly read: (text: string, asked: BarsAsked) => Reading;
  /** Reads what came with a no, where that tells more than its status does; null where it does not. */
  readonly readNo?: (reply: Reply, asked: BarsAsked) => Reading | null;
  /** What one request uses up of the provider's limit. */
  readonly costOfPage: number;
  /** The header in which the provider names the exchange. */
  readonly requestIdIn: string;
  /** What is left of the limit, by the headers of an answer. */
  readonly quotaLeft: (header: (name: string) => string | null) => number | null;
};

/** No gap that is filled in one piece is longer. What lies behind is asked for next time, from the newest bar on. */
const PAGES_MAX = 10;

/** A provider whose clock differs by more than this has a wrong one, which says nothing about its bars. */
const CLOCKS_APART_MS_MAX = 60_000;

/** What came of one request. */
type Came =
  { readonly kind: 'answer'; readonly answer: HttpAnswer } | { readonly kind: 'fault'; readonly fault: unknown };

/** What the headers of the newest exchange told. */
type Told = Pick<Fetched, 'providerTime' | 'requestId' | 'quotaLeft'>;

/**
 * A provider that is asked page by page. All pages come, or none: half of a range would look like one with a gap. After
 * `PAGES_MAX` pages the range ends early, which leaves the newer bars for the next question.
 */
export class PagedAdapter implements BarAdapter {
  readonly name: string;
  readonly timeframes: ReadonlySet<Timeframe>;
  readonly #dialect: Dialect;
  readonly #settings: AdapterSettings;
  readonly #secrets: readonly string[];

  constructor(dialect: Dialect, settings: AdapterSettings) {
    this.name = dialect.name;
    this.timeframes = dialect.timeframes;
    this.#dialect = dialect;
    this.#settings = settings;
    this.#secrets = settings.key === null ? [] : [settings.key];
  }

  async fetchBars(asked: BarsAsked): Promise<Fetched> {
    const { cannot = () => null, firstPage, nextPage, costOfPage } = this.#dialect;
    let told: Told = { providerTime: null, requestId: null, quotaLeft: null };
    let cost = 0;
    const ended = (answer: Answer): Fetched => ({ answer: withoutKey(answer, this.#secrets), ...told, cost });
    const why = this.timeframes.has(asked.timeframe) ? cannot(asked) : `${this.name} has no bars of ${asked.timeframe}`;
    if (why !== null) return ended(failed('REFUSED', why));

    const pagesRead: (readonly CandidateBar[])[] = [];
    let page: Page | null = firstPage(asked, this.#settings);
    while (page !== null && pagesRead.length < PAGES_MAX) {
      cost += costOfPage;
      const came = await this.#ask(page);
      if (came.kind === 'fault' && !wasSent(came.fault)) cost -= costOfPage;
      told = this.#toldBy(headersOf(came), told);
      const reading = this.#read(came, asked);
      if (reading.kind !== 'bars') return ended(reading);
      pagesRead.push(reading.bars);
      page = nextPage(asked, page, reading, this.#settings);
    }
    const to = completeBy(asked.to, told.providerTime);
    return ended({ kind: 'bars', bars: completeBars(pagesRead.flat(), { ...asked, to }) });
  }

  async #ask({ url, headers = {} }: Page): Promise<Came> {
    try {
      const answer = await this.#settings.caller.get(url, { headers, secrets: this.#secrets });
      return { kind: 'answer', answer };
    } catch (fault) {
      return { kind: 'fault', fault };
    }
  }

  #read(came: Came, asked: BarsAsked): Reading {
    const { read, readNo = () => null } = this.#dialect;
    if (came.kind === 'answer') {
      const { text, isCut } = came.answer;
      return isCut ? cutShort(this.name) : read(withoutSecrets(text, this.#secrets), asked);
    }
    const reply = replyIn(came.fault);
    // Who named a time in a header has said enough.
    const isClear = reply === null || reply.headers['retry-after'] !== undefined;
    return (isClear ? null : readNo(reply, asked)) ?? failureIn(came.fault);
  }

  #toldBy(header: (name: string) => string | null, before: Told): Told {
    const { requestIdIn, quotaLeft } = this.#dialect;
    return {
      providerTime: timeIn(header('date')) ?? before.providerTime,
      requestId: header(requestIdIn) ?? before.requestId,
      quotaLeft: quotaLeft(header) ?? before.quotaLeft,
    };
  }
}

/** Whether a request may have left the house: our own limits and an open breaker answer before. */
const wasSent = (fault: unknown): boolean =>
  !(fault instanceof NoAnswer) || fault.reply !== null || fault.reason === 'timeout' || fault.reason === 'unreachable';

/** Keys were taken out of what came as it came; read as JSON it may show one again that was written with escapes. */
function withoutKey(answer: Answer, secrets: readonly string[]): Answer {
  const clean = (words: string): string => withoutSecrets(words, secrets);
  switch (answer.kind) {
    case 'bars':
      return { ...answer, bars: answer.bars.map((bar) => ({ ...bar, raw: clean(bar.raw) })) };
    case 'failure':
      return { ...answer, failure: { ...answer.failure, message: clean(answer.failure.message) } };
    case 'garbage':
      return answer;
  }
}

const replyIn = (fault: unknown): Reply | null =>
  fault instanceof NoAnswer || fault instanceof Refused ? fault.reply : null;

const headersOf =
  (came: Came) =>
  (name: string): string | null =>
    came.kind === 'answer' ? came.answer.headers.get(name) : (replyIn(came.fault)?.headers[name] ?? null);

/** The moment that a header tells; null where it tells none. */
export function timeIn(date: string | null): Instant | null {
  const ms = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? null : instant(ms);
}

/**
 * By when a bar must have closed. A provider whose clock is a little behind ours still works on a bar that has closed for
 * us, and tells it without a mark.
 */
export function completeBy(to: Instant, providerTime: Instant | null): Instant {
  if (providerTime === null || Math.abs(msBetween(providerTime, to)) > CLOCKS_APART_MS_MAX) return to;
  return earlierOf(to, providerTime);
}

/** Whole seconds since the epoch. */
export const epochSeconds = (at: Instant): number => Math.floor(epochMs(at) / 1_000);

/** A header's whole number; null where there is none. */
export const countIn = (header: string | null): number | null =>
  header !== null && /^\d{1,15}$/.test(header.trim()) ? Number(header) : null;

/** The address of a path, with its query in the order that is given. */
export function addressOf(base: string, path: string, query: Readonly<Record<string, string | number>>): URL {
  const url = new URL(`${base}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

import { epochMs, TIMEFRAMES, timeframeMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { AdapterKind, AdapterSettings, BarAdapter, BarsAsked, Fetched } from '../adapter.ts';
import { completeBars } from '../complete-bars.ts';
import { completeBy, timeIn } from '../paged.adapter.ts';
import type { Answer } from '../provider.ts';
import { failed, garbage } from '../sorting.ts';
import { asTold, newestMsIn, readCandles } from './ccxt.bars.ts';
import { answerFor, faultOf } from './ccxt.faults.ts';
import { loadCcxt, NoExchange, openExchange, type Exchange, type LoadCcxt } from './plug-in.ts';

/** Few exchanges tell more at once; those that tell less are asked more often. */
const PAGE_BARS = 300;
const PAGES_MAX = 10;
/** ccxt first learns what an exchange trades, which takes some of them long. */
const TIMEOUT_MS = 30_000;

/** How a call goes out is ccxt's own matter; ours are its deadline, its rate and its breaker. */
type CallerOfCcxt = Pick<AdapterSettings['caller'], 'run'>;

/**
 * Bars of any exchange that ccxt knows. A symbol says which, and how ccxt spells what it trades: `kraken:BTC/USD`. The
 * bar that is still growing is left, whether an exchange tells it or not; where it ignores what it is asked for, only
 * what was asked for is taken, and a page without a newer bar is the last.
 */
export class CcxtAdapter implements BarAdapter {
  readonly name = 'ccxt';
  readonly timeframes: ReadonlySet<Timeframe> = new Set(TIMEFRAMES);
  readonly #caller: CallerOfCcxt;
  readonly #load: LoadCcxt;
  readonly #exchanges = new Map<string, Promise<Exchange>>();

  constructor({ caller }: { readonly caller: CallerOfCcxt }, load: LoadCcxt = loadCcxt) {
    this.#caller = caller;
    this.#load = load;
  }

  async fetchBars(asked: BarsAsked): Promise<Fetched> {
    let cost = 0;
    let providerTime: Instant | null = null;
    const ended = (answer: Answer): Fetched => ({ answer, providerTime, requestId: null, cost, quotaLeft: null });
    const [, id, symbol] = /^([^:]+):(.+)$/.exec(asked.symbol) ?? [];
    if (id === undefined || symbol === undefined)
      return ended(failed('REFUSED', `'${asked.symbol}' names no exchange and symbol, as kraken:BTC/USD does`));
    try {
      const exchange = await this.#exchange(id);
      if (!exchange.timeframes.has(asked.timeframe))
        return ended(failed('REFUSED', `${id} has no bars of ${asked.timeframe}`));
      const bars: CandidateBar[] = [];
      let since: number | null = epochMs(asked.from);
      for (let pages = 0; since !== null && pages < PAGES_MAX; pages += 1) {
        cost += 1;
        const candles = await this.#page(exchange, { ...asked, symbol }, since, id);
        providerTime = timeIn(exchange.date());
        const read = readCandles(candles, asked);
        const body = exchange.body();
        // ccxt reads a page of HTML as a table without rows.
        if (read?.length === 0 && body !== null && /^\s*</.test(body)) return ended(garbage(body));
        if (read === null) return ended(garbage(asTold(candles)));
        bars.push(...read);
        since = nextSince(candles, since, asked);
      }
      const complete = completeBars(editionsOf(bars), { ...asked, to: completeBy(asked.to, providerTime) });
      return ended({ kind: 'bars', bars: complete });
    } catch (error) {
      return ended(error instanceof NoExchange ? failed('REFUSED', error.message) : answerFor(error));
    }
  }

  /** The deadline, the rate and the breaker are those of every caller; how a call fails ccxt says in its own words. */
  #page(exchange: Exchange, { symbol, timeframe }: BarsAsked, since: number, id: string): Promise<unknown> {
    return this.#caller.run(async () => {
      try {
        return await exchange.fetchOHLCV(symbol, timeframe, since, PAGE_BARS);
      } catch (error) {
        throw faultOf(error, id);
      }
    }, TIMEOUT_MS);
  }

  /** An exchange is opened once, since it learns what is traded there; one that could not be opened is tried again. */
  #exchange(id: string): Promise<Exchange> {
    const opened = this.#exchanges.get(id) ?? openExchange(this.#load, id, TIMEOUT_MS);
    this.#exchanges.set(id, opened);
    opened.catch(() => this.#exchanges.delete(id));
    return opened;
  }
}

/**
 * From where the next page is asked for; null when there is none. An empty page is the end only for exchanges that look
 * for the next bar themselves: others tell a window, in which nothing may have been traded.
 */
function nextSince(candles: unknown, since: number, { timeframe, to }: BarsAsked): number | null {
  const lengthMs = timeframeMs(timeframe);
  const newest = newestMsIn(candles);
  const next = newest === null ? since + PAGE_BARS * lengthMs : newest + lengthMs;
  return next > since && next + lengthMs <= epochMs(to) ? next : null;
}

/** An exchange that tells a bar on two pages means the later one; a row that is no bar on two of them is one row. */
function editionsOf(bars: readonly CandidateBar[]): readonly CandidateBar[] {
  const last = new Map(bars.map((bar) => [bar.openAt ?? bar.raw, bar]));
  return bars.filter((bar) => last.get(bar.openAt ?? bar.raw) === bar);
}

export const ccxt: AdapterKind = {
  timeframes: new Set(TIMEFRAMES),
  needsKey: false,
  // ccxt knows where each exchange is.
  url: '',
  rate: { calls: 60, perMs: 60_000 },
  make: (settings) => new CcxtAdapter(settings),
};

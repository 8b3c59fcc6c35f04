import type { SignalScored } from '@tocsin/contracts';
import { ATR } from 'trading-signals';
import type { BarWindow, PriceBar } from '../bar-window.ts';
import { WilderAverage } from '../measures/wilder-average.ts';
import type { OpenHold, OpenSignal, OpenTrade } from './open-signals.ts';

/** How many closed bars a signal has: the same as a model's label, so that scores can be compared with its promise. */
export const HORIZON_BARS = 20;

/** What the market made of a signal. */
export type Outcome = Pick<
  SignalScored['data'],
  'outcome' | 'touchedAfterBars' | 'returnBps' | 'returnR' | 'isHit' | 'brierScore' | 'horizonBarOpenAt'
>;

/**
 * Scores a signal by the `HORIZON_BARS` bars after its own, as the window has them now: a bar that was told otherwise
 * meanwhile counts as it was told last. Null while its time is not over, and where its own bar is not in the window.
 */
export function outcomeOf(signal: OpenSignal, window: BarWindow): Outcome | null {
  const at = window.findLastIndex(({ openAt }) => openAt === signal.barOpenAt);
  const path = window.slice(at + 1, at + 1 + HORIZON_BARS);
  const last = path.at(-1);
  const entry = window[at]?.close;
  if (entry === undefined || last === undefined || path.length < HORIZON_BARS) return null;

  const result =
    signal.signal === 'HOLD'
      ? held(entry, last.close, atr14(window.slice(0, at + 1)))
      : traded(signal, entry, path, last);
  return { ...result, brierScore: brierScore(signal, result.isHit), horizonBarOpenAt: last.openAt };
}

type Result = Omit<Outcome, 'brierScore' | 'horizonBarOpenAt'>;

/** Where a trade ended: after so many bars, at this price. */
interface Exit {
  readonly outcome: 'target' | 'stop' | 'neither';
  readonly touchedAfterBars: number | null;
  readonly price: number;
}

function traded(trade: OpenTrade, entry: number, path: BarWindow, last: PriceBar): Result {
  const { outcome, touchedAfterBars, price } = exitOf(trade, path, last);
  const gain = (trade.signal === 'BUY' ? 1 : -1) * (price - entry);
  const risk = Math.abs(entry - trade.stop);
  return {
    outcome,
    touchedAfterBars,
    returnBps: bps(gain, entry),
    returnR: risk === 0 ? null : rounded(gain / risk, R_DIGITS), // A bar told otherwise may close on the stop.
    isHit: outcome === 'target',
  };
}

/**
 * The first level that a bar touched; the stop where one bar touched both, because nobody knows which came first. A stop
 * is left at the bar's open where that lies beyond it already, a target never for more than it is: both err against us.
 */
function exitOf({ signal, stop, target }: OpenTrade, path: BarWindow, last: PriceBar): Exit {
  for (const [at, { open, high, low }] of path.entries()) {
    const isStopped = signal === 'BUY' ? low <= stop : high >= stop;
    const isReached = signal === 'BUY' ? high >= target : low <= target;
    const touchedAfterBars = at + 1;
    if (isStopped) {
      const price = signal === 'BUY' ? Math.min(stop, open) : Math.max(stop, open);
      return { outcome: 'stop', touchedAfterBars, price };
    }
    if (isReached) return { outcome: 'target', touchedAfterBars, price: target };
  }
  return { outcome: 'neither', touchedAfterBars: null, price: last.close };
}

/**
 * A HOLD is right where the last close is no further than one ATR14 from the signal's, and wrong beyond, whichever way:
 * it says that there is nothing to gain by acting, and a move of less than that has no room for a stop.
 */
function held(entry: number, lastClose: number, noise: number): Result {
  const move = lastClose - entry;
  const isHit = Math.abs(move) <= noise;
  return {
    outcome: isHit ? 'held' : 'left',
    touchedAfterBars: null,
    returnBps: bps(move, entry),
    returnR: null,
    isHit,
  };
}

/** Wilder's average true range as of the newest bar; 0 where there are too few bars for one. */
function atr14(bars: BarWindow): number {
  const atr = new ATR(14, WilderAverage);
  for (const bar of bars) atr.add(bar);
  return atr.getResult() ?? 0;
}

/** Source: Brier (1950), "Verification of forecasts expressed in terms of probability", for one event of two outcomes. */
const brierScore = ({ confidence }: OpenTrade | OpenHold, isHit: boolean): number =>
  rounded((confidence - (isHit ? 1 : 0)) ** 2, BRIER_DIGITS);

const BPS = 10_000;
const BPS_DIGITS = 2;
const R_DIGITS = 4;
const BRIER_DIGITS = 6;

const bps = (move: number, of: number): number => rounded((BPS * move) / of, BPS_DIGITS);

/** Rounded half away from zero, so that a fall and a rise of the same size have the same figure; never a minus zero. */
function rounded(value: number, digits: number): number {
  const size = Math.round(Math.abs(value) * 10 ** digits) / 10 ** digits;
  return value < 0 && size !== 0 ? -size : size;
}

import type { SignalEmitted } from '@tocsin/contracts';
import { toNumber, type Instant } from '@tocsin/domain-kit';

/** What a signal said that its outcome is measured by. */
export type OpenSignal = OpenTrade | OpenHold;

/** A signal to act. Its levels are numbers: what is made of them is statistics. */
export interface OpenTrade {
  readonly signal: 'BUY' | 'SELL';
  readonly barOpenAt: Instant;
  readonly confidence: number;
  readonly stop: number;
  readonly target: number;
}

/** A signal to do nothing. */
export interface OpenHold {
  readonly signal: 'HOLD';
  readonly barOpenAt: Instant;
  readonly confidence: number;
}

/** Signals of one pair whose time is not over, oldest first. */
export type OpenSignals = readonly OpenSignal[];

/**
 * One signal per bar, scored after twenty: so many are open at once, and more only where the bar of one has left the
 * window. The oldest is given up then, because the state of an entity has a limit.
 */
const OPEN_MAX = 20;

/** Remembers a signal until its time is over. A BUY or SELL without levels, which is rare, has nothing to reach. */
export function withSignal(open: OpenSignals, { data }: SignalEmitted): OpenSignals {
  const { signal, barOpenAt, confidence, stopLoss, takeProfit } = data;
  if (signal === 'HOLD') return [...open, { signal, barOpenAt, confidence }].slice(-OPEN_MAX);
  if (stopLoss === null || takeProfit === null) return open;
  const trade = { signal, barOpenAt, confidence, stop: toNumber(stopLoss), target: toNumber(takeProfit) };
  return [...open, trade].slice(-OPEN_MAX);
}

/** Forgets a signal that is scored. */
export const withoutSignal = (open: OpenSignals, barOpenAt: Instant): OpenSignals =>
  open.filter((signal) => signal.barOpenAt !== barOpenAt);

import type { Instant } from '@tocsin/domain-kit';

/** Which market's hours a feed lives by: a name of the house, such as `XNYS`, or of a file that somebody wrote. */
export type CalendarId = string;

/** From an opening up to, not including, a close. Two sessions may touch, and a trading day may have several. */
export type Session = {
  /** The trading day, `YYYY-MM-DD`; an FX day bears the date of its close. */
  readonly tradingOn: string;
  readonly openAt: Instant;
  readonly closeAt: Instant;
};

/**
 * When a market is open. A calendar is data with a version: what was said under an old version stays as it was said.
 * Every answer is found by search or arithmetic over sessions, never by walking through time.
 */
export interface Calendar {
  readonly id: CalendarId;
  readonly version: string;
  /** Market time of one nominal trading day, in milliseconds. Early closes make single days shorter. */
  readonly nominalDayMs: number;
  /** Up to which moment, not included, it knows the sessions; null where they never end. */
  readonly coversUntil: Instant | null;

  /** Tells whether the sessions of `at` are known; every other question about it throws a RangeError. */
  covers(at: Instant): boolean;
  isOpen(at: Instant): boolean;
  /** Market time within [from, to), in milliseconds; 0 when `to` is not after `from`. */
  marketMs(from: Instant, to: Instant): number;
  /** The earliest moment by which `ms` of market time have passed since `from`. */
  afterMarketMs(from: Instant, ms: number): Instant;
  /** When the market opened that is open at `at`; null while it is closed, and where it never closes. */
  openSince(at: Instant): Instant | null;
  /** The first opening after `at`; null where the market never closes. */
  nextOpen(at: Instant): Instant | null;
  /** The first close after `at`; null where the market never closes. */
  nextClose(at: Instant): Instant | null;
  /** The session that is going on at `at`, or else the next one. */
  sessionFrom(at: Instant): Session;
  /** The trading day whose hours are going on at `at`, a break between two sessions among them, or else the next one. */
  tradingDayFrom(at: Instant): Session;
  /** The hours of a trading day (`YYYY-MM-DD`), first opening to last close; null when the market stays closed that day. */
  sessionOn(tradingOn: string): Session | null;
}

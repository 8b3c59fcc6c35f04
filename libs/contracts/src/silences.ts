import { epochMs, instant, zoneNamed, type Instant } from '@tocsin/domain-kit';
import type { SilenceCreated } from './generated/messages.ts';

/** From a moment up to, not including, another. */
export type SilenceWindow = { readonly from: Instant; readonly until: Instant };

const DAY_MS = 86_400_000;
const PERIODS_MS = { day: DAY_MS, week: 7 * DAY_MS } as const;

/**
 * The window of a silence that lasts at `at`, or else the next one; null once it is over. Windows that come back begin
 * when clocks of their zone show the same time again, and last as long as the first.
 */
export function silenceWindowFrom(
  { from, until, every, zone }: Pick<SilenceCreated['data'], 'from' | 'until' | 'every' | 'zone'>,
  at: Instant,
): SilenceWindow | null {
  if (at < until) return { from, until };
  if (every === null) return null;
  const periodMs = PERIODS_MS[every];
  const lastsMs = epochMs(until) - epochMs(from);
  const clocks = zoneNamed(zone);
  const firstWallMs = clocks.wallMsOf(epochMs(from));
  // Clocks are changed by hours at most, so the window is at most one period away from where they point to.
  const periods = Math.floor((clocks.wallMsOf(epochMs(at)) - firstWallMs) / periodMs) - 1;
  for (let index = Math.max(1, periods); ; index += 1) {
    const beginsMs = clocks.epochMsOf(firstWallMs + index * periodMs);
    if (beginsMs + lastsMs > epochMs(at)) return { from: instant(beginsMs), until: instant(beginsMs + lastsMs) };
  }
}

/** Tells whether a silence that nobody has ended holds at `at`. */
export function isSilencedBy(silence: Parameters<typeof silenceWindowFrom>[0], at: Instant): boolean {
  const window = silenceWindowFrom(silence, at);
  return window !== null && window.from <= at;
}

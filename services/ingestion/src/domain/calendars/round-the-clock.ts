import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { DAY_MS, dayOf, dayText } from './calendar-day.ts';
import type { Calendar, Session } from './calendar.ts';

const sessionOfDay = (day: number): Session => ({
  tradingOn: dayText(day),
  openAt: instant(day),
  closeAt: instant(day + DAY_MS),
});

const dayFrom = (at: Instant): Session => sessionOfDay(Math.floor(epochMs(at) / DAY_MS) * DAY_MS);

/** A market that never closes, such as crypto: wall time is market time, and a trading day is a day of UTC. */
export const roundTheClock: Calendar = {
  id: '24x7',
  version: '1',
  nominalDayMs: DAY_MS,
  coversUntil: null,
  covers: () => true,
  isOpen: () => true,
  marketMs: (from, to) => Math.max(0, epochMs(to) - epochMs(from)),
  afterMarketMs: (from: Instant, ms: number) => plusMs(from, Math.max(0, ms)),
  openSince: () => null,
  nextOpen: () => null,
  nextClose: () => null,
  sessionFrom: dayFrom,
  tradingDayFrom: dayFrom,
  sessionOn: (tradingOn) => {
    const day = dayOf(tradingOn);
    return Number.isNaN(day) ? null : sessionOfDay(day);
  },
};

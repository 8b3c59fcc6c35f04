import type { QuietHours } from '@tocsin/contracts';
import { epochMs, instant, zoneNamed, type Instant } from '@tocsin/domain-kit';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** As `Date` counts the days of a week. */
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Until when it is quiet at `at`; null when it is not. Windows that touch or overlap are one. */
export function quietUntil(hours: QuietHours, at: Instant): Instant | null {
  let until: Instant | null = null;
  // A week of windows end to end is quiet for ever; it is looked at again every week.
  for (let looked = 0; looked <= 7 * hours.windows.length; looked += 1) {
    const end = windowEnd(hours, until ?? at);
    if (end === null) break;
    until = end;
  }
  return until;
}

/** The latest end of the windows in which `at` lies. */
function windowEnd({ zone, windows }: QuietHours, at: Instant): Instant | null {
  const clocks = zoneNamed(zone);
  const wallMs = clocks.wallMsOf(epochMs(at));
  const today = Math.floor(wallMs / DAY_MS) * DAY_MS;
  let latest: Instant | null = null;
  for (const day of [today, today - DAY_MS]) {
    const name = DAYS[new Date(day).getUTCDay()];
    for (const { days, from, to } of windows) {
      if (name === undefined || !days.includes(name)) continue;
      const [begin, end] = [minuteOf(from), minuteOf(to)];
      const endDay = end > begin ? day : day + DAY_MS;
      const beginsAt = instant(clocks.epochMsOf(day + begin * MINUTE_MS));
      const endsAt = instant(clocks.epochMsOf(endDay + end * MINUTE_MS));
      if (beginsAt <= at && at < endsAt && (latest === null || endsAt > latest)) latest = endsAt;
    }
  }
  return latest;
}

function minuteOf(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':');
  return Number(hour) * 60 + Number(minute);
}

import { matchesAll, type Labels, type Matcher } from '@tocsin/contracts';
import { epochMs, instant, type Instant } from '@tocsin/domain-kit';
import { zoneNamed } from './zones.ts';

/** Somebody does not want to hear of what fits, for a while or by the calendar. */
export type Silence = {
  readonly silenceId: string;
  readonly tenant: string;
  readonly matchers: readonly Matcher[];
  readonly from: Instant;
  readonly until: Instant;
  /** A maintenance window comes back at the same time by the clocks of its zone. */
  readonly every: 'day' | 'week' | null;
  readonly zone: string;
};

const DAY_MS = 86_400_000;

/** Until when the silence is active that is so at `at`; null when it is not. */
export function activeUntil({ from, until, every, zone }: Silence, at: Instant): Instant | null {
  if (at < from) return null;
  if (every === null) return at < until ? until : null;
  const stepMs = every === 'day' ? DAY_MS : 7 * DAY_MS;
  const clocks = zoneNamed(zone);
  const [begin, end] = [clocks.wallMsOf(epochMs(from)), clocks.wallMsOf(epochMs(until))];
  // A window may be as long as its rhythm, and clocks change in between: the one before is looked at too.
  const latest = Math.floor((clocks.wallMsOf(epochMs(at)) - begin) / stepMs);
  for (const times of [latest, latest - 1]) {
    if (times < 0) continue;
    const endsAt = instant(clocks.epochMsOf(end + times * stepMs));
    if (instant(clocks.epochMsOf(begin + times * stepMs)) <= at && at < endsAt) return endsAt;
  }
  return null;
}

/** Whether the silence is about something with these labels. */
export const concerns = ({ matchers, tenant }: Silence, labels: Labels): boolean =>
  labels['tenant'] === tenant && matchesAll(matchers, labels);

import type { Level, Repeat, Repeats } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';

/** A rhythm of nothing would tell at every look. */
const EVERY_MS_MIN = 60_000;

const rhythmOf = (repeats: Repeats, level: Level): Repeat | undefined =>
  level === 'ERROR' || level === 'CRITICAL' ? repeats[level] : undefined;

/** When a level that was told for the time `repeatIndex` at `at` is due again; null where it is told once. */
export function nextRepeatAt(repeats: Repeats, level: Level, repeatIndex: number, at: Instant): Instant | null {
  const rhythm = rhythmOf(repeats, level);
  if (rhythm === undefined) return null;
  const { everyMs, times = Infinity, thenEveryMs = everyMs } = rhythm;
  return plusMs(at, Math.max(EVERY_MS_MIN, repeatIndex < times ? everyMs : thenEveryMs));
}

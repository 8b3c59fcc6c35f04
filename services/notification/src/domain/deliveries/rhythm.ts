import type { DeliveryIntendedData, Digests } from '@tocsin/contracts';
import { epochMs, type Instant } from '@tocsin/domain-kit';

/** Letters that may wait for a summary. An end does not: whoever heard of the beginning waits for it. */
const SUMMED_UP: readonly DeliveryIntendedData['kind'][] = ['escalation', 'success', 'signal'];

/**
 * Returns when a letter is told together with others of its level, in milliseconds since 1970; null where it goes by
 * itself. Summaries are made at whole multiples of their rhythm, so those of a day at midnight UTC, whatever restarts.
 */
export function summaryAtMs(
  { level, kind, channelKind }: Pick<DeliveryIntendedData, 'level' | 'kind' | 'channelKind'>,
  queuedAt: Instant,
  digests: Digests,
): number | null {
  if (level !== 'INFO' && level !== 'WARN') return null;
  const rhythm = digests[level];
  if (rhythm === undefined || rhythm.everyMs === 0) return null;
  if (!SUMMED_UP.includes(kind) || !rhythm.kinds.includes(channelKind)) return null;
  return (Math.floor(epochMs(queuedAt) / rhythm.everyMs) + 1) * rhythm.everyMs;
}

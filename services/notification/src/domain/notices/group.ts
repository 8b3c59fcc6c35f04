import type { Grouping, Level, NoticeQueuedData, ScopeKind } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { isForTheMoment, type NoticeKind } from './kind.ts';

/** What decides who is told together with whom. */
type Grouped = {
  readonly tenant: string;
  readonly scopeKind: ScopeKind;
  readonly labels: NoticeQueuedData['labels'];
  /** Of an end, the highest level told: it is told as quickly as the beginning was. */
  readonly peak: Level;
  readonly kind: NoticeKind;
};

/** The name of a group: tenant, kind of thing, provider, level, and what kind of notice. */
export const groupOf = ({ tenant, scopeKind, labels, peak, kind }: Grouped): string =>
  [tenant, scopeKind, labels['provider'] ?? '-', peak, kind].join('/');

/** Whether what waits is gathered; news for the moment is told each by itself. */
export const isGathered = (kind: NoticeKind): boolean => !isForTheMoment(kind);

/**
 * When a group is told whose first member became due at `firstDueAt`: at once at CRITICAL, else after a wait for company.
 * While the group was told only lately, all that comes is gathered until the interval is over.
 */
export function groupDueAt(
  { kind, peak }: Pick<Grouped, 'kind' | 'peak'>,
  firstDueAt: Instant,
  toldAt: Instant | null,
  { waitMs, intervalMs, criticalIntervalMs }: Grouping,
): Instant {
  if (!isGathered(kind)) return firstDueAt;
  const isCritical = peak === 'CRITICAL';
  const waitedAt = isCritical ? firstDueAt : plusMs(firstDueAt, waitMs);
  if (toldAt === null) return waitedAt;
  const calmAt = plusMs(toldAt, isCritical ? criticalIntervalMs : intervalMs);
  return firstDueAt < calmAt ? calmAt : waitedAt;
}

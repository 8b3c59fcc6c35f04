import type { Level, NoticeHeldData, QuietHours } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { noticeKey } from '../notices/kind.ts';
import type { NoticeLine } from '../notices/notice-line.ts';
import { quietUntil } from './quiet-hours.ts';
import { activeUntil, concerns, type Silence } from './silence.ts';

/** Why something is not told now, and until when that is known to last. */
export type Hold = Pick<NoticeHeldData, 'by' | 'holder' | 'until'>;

/** What can hold the notices of one tenant. */
export type Holds = {
  readonly silences: readonly Silence[];
  /** With its version, for another one is another holder; null where the tenant has none. */
  readonly quietHours: { readonly version: number; readonly hours: QuietHours } | null;
};

/** What the tenant's quiet hours are called. */
export const quietHoursHolder = (tenant: string, version: number): string => `${tenant}/quiet-hours/${version}`;

/**
 * Returns what keeps a line from being told at `at`; null for nothing. `standing` are the notices of which an episode stands. It is asked when something is to be told and looks
 * at how things stand then, never at what came first, so that a restart changes nothing.
 */
export function holdOn(
  line: NoticeLine,
  { silences, quietHours }: Holds,
  standing: ReadonlySet<string>,
  at: Instant,
): Hold | null {
  const { tenant, labels, peak } = line;
  const standingHolder = standingHolderOf(line);
  if (standingHolder !== null && standing.has(standingHolder.holder)) return standingHolder;
  for (const silence of silences) {
    const until = concerns(silence, labels) ? activeUntil(silence, at) : null;
    if (until !== null) return { by: 'silence', holder: silence.silenceId, until };
  }
  if (quietHours === null || isForQuietHours(peak)) return null;
  const until = quietUntil(quietHours.hours, at);
  return until === null ? null : { by: 'quiet-hours', holder: quietHoursHolder(tenant, quietHours.version), until };
}

/** CRITICAL wakes people, and so does its end: they are up, and waiting for it. */
const isForQuietHours = (peak: Level): boolean => peak === 'CRITICAL';

/**
 * What would hold a line by standing itself: a provider in trouble speaks for its pairs, where something begins or is
 * repeated; and an end is not told while the thing has broken again.
 */
export function standingHolderOf({ tenant, notice, scopeKind, labels, waiting }: NoticeLine): Hold | null {
  if (waiting?.kind === 'restoration') return { by: 'reopened', holder: notice, until: null };
  const provider = labels['provider'];
  if (scopeKind !== 'pair' || waiting?.kind === 'acknowledgement' || provider === undefined) return null;
  return { by: 'inhibition', holder: noticeKey(tenant, `provider-${provider}`), until: null };
}

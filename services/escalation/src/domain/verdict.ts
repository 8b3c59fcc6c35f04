import type { VerdictCounted } from '@tocsin/contracts';

/** What is known about one bar of a pair, as `escalation-notification.md` 6.10.2 sorts it. */
export type Verdict = VerdictCounted['data']['verdict'];

/**
 * Two lanes speak about a bar, in no common order, and a bar may be missed first and come late. The graver word stands,
 * whichever came first: so the verdict of a bar is the same in every order of hearing. `ignored` yields to all, for it
 * only says that nothing is known against the bar yet.
 */
const GRAVITY = ['ignored', 'good', 'missed-amber', 'missed-red', 'failed'] as const satisfies readonly Verdict[];

/** Tells whether `verdict` overrules `standing` about the same bar. */
export const isGraver = (verdict: Verdict, standing: Verdict): boolean =>
  GRAVITY.indexOf(verdict) > GRAVITY.indexOf(standing);

/** Tells whether a bar with this verdict speaks against its pair. */
export const isBad = (verdict: Verdict): boolean => isGraver(verdict, 'good');

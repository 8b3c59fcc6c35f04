import { silenceWindowFrom, type SilenceCreated, type SilenceWindow } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

/** How a silence stands: it holds, it will hold, or it never will again. */
export type SilenceState = 'active' | 'pending' | 'expired';

type Timed = Pick<SilenceCreated['data'], 'from' | 'until' | 'every' | 'zone'> & { readonly expiredAt: Instant | null };

/** How a silence stands at a moment, with the window that lasts or comes next; of one that is over, the last it had. */
export function silenceStateAt(silence: Timed, now: Instant): { state: SilenceState; window: SilenceWindow } {
  const { from, until, expiredAt } = silence;
  const last = (end: Instant): SilenceWindow => ({ from: from < end ? from : end, until: end });
  if (expiredAt !== null) return { state: 'expired', window: last(expiredAt < until ? expiredAt : until) };
  const window = silenceWindowFrom(silence, now);
  if (window === null) return { state: 'expired', window: last(until) };
  return { state: window.from <= now ? 'active' : 'pending', window };
}

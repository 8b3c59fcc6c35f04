import type { ClockAdvanced } from '@tocsin/contracts';
import type { Decider, Instant, Message } from '@tocsin/domain-kit';

/** The one clock of accelerated history. */
export const VIRTUAL_CLOCK = 'virtual';

/** Virtual time has come to `now`, and nothing else that happened then will say so. */
export type AdvanceClock = Message<'AdvanceClock', { readonly now: Instant; readonly because: string }>;

export type Clock = { readonly now: Instant | null };

/** Time that nothing else carries. It only goes forward: hearing an older moment is no news. */
export const clockDecider: Decider<AdvanceClock, ClockAdvanced, Clock> = {
  initialState: () => ({ now: null }),

  decide({ data: { now, because } }, clock) {
    if (clock.now !== null && now <= clock.now) return [];
    return [{ type: 'ClockAdvanced', data: { clock: VIRTUAL_CLOCK, now, because } }];
  },

  evolve: (_clock, { data }) => ({ now: data.now }),
};

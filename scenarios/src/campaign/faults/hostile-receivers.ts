import { setTimeout as pause } from 'node:timers/promises';
import type { Manner } from '../house/receivers.ts';
import type { FaultKind } from './fault.ts';

const MANNERS = ['broken', 'takes-and-falls-silent', 'slow', 'busy', 'sends-elsewhere'] as const satisfies Manner[];

/** The receivers of webhooks and mail misbehave for a while. */
export const hostileReceivers: readonly FaultKind[] = MANNERS.map((manner) => ({
  kind: `receiver-${manner}`,
  share: 1,
  plan(chance) {
    const forMs = chance.between(3_000, 8_000);
    return {
      victims: ['receivers'],
      async inflict({ receivers }) {
        receivers.treat(manner);
        await pause(forMs);
        receivers.treat('kind');
      },
    };
  },
}));

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../house/patience.ts';
import { anyService, type FaultKind } from './fault.ts';

const TAKEN_OVER_WITHIN_MS = 30_000;

/** Both are awake for so long, and one of them must not believe that it still works. */
const BOTH_AWAKE_MS = { least: 500, most: 2_500 } as const;

/** SIGSTOP past the lease while a successor stands by; then the one that was replaced wakes up. */
export const stopPastLease: FaultKind = {
  kind: 'stop-past-lease',
  share: 2,
  plan(chance) {
    const service = anyService(chance);
    const bothAwakeMs = chance.between(BOTH_AWAKE_MS.least, BOTH_AWAKE_MS.most);
    return {
      victims: [service],
      async inflict({ services }) {
        const victim = await services.holderOf(service);
        const successor = await services.startSuccessor(service);
        try {
          await services.signal(victim, 'SIGSTOP');
          try {
            await until(
              `another ${service} works`,
              async () => (await services.isHolder(successor)) || (await services.holderOf(service)) !== victim,
              TAKEN_OVER_WITHIN_MS,
            );
          } finally {
            await services.signal(victim, 'SIGCONT');
          }
          await pause(bothAwakeMs);
        } finally {
          await services.stopNamed([successor]);
        }
      },
    };
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { caughtAtCommit } from './caught-at-commit.ts';
import { anyService, type FaultKind } from './fault.ts';

/** Longer than PostgreSQL lets a transaction idle. */
const STOPPED_MS = { least: 3_200, most: 5_000 } as const;

/** SIGSTOP with a transaction open: its locks must not outlive PostgreSQL's patience, and nothing of it may count. */
export const stopInTransaction: FaultKind = {
  kind: 'stop-in-transaction',
  share: 2,
  plan(chance) {
    const service = anyService(chance);
    const stoppedMs = chance.between(STOPPED_MS.least, STOPPED_MS.most);
    return {
      victims: [service],
      async inflict(house) {
        const victim = await house.services.holderOf(service);
        const held = await caughtAtCommit(house, victim);
        await house.services.signal(victim, 'SIGSTOP');
        await pause(stoppedMs);
        await house.services.signal(victim, 'SIGCONT');
        held?.release();
      },
    };
  },
};

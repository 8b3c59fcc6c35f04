import { setTimeout as pause } from 'node:timers/promises';
import { caughtAtCommit } from './caught-at-commit.ts';
import { anyService, type FaultKind } from './fault.ts';

/** Long enough for PostgreSQL to commit, and for its answer to be lost. */
const COMMITTING_MS = 100;

/** kill -9 just before a COMMIT leaves the service, or just after, when it is done and nobody has been told. */
export const killAtCommit: FaultKind = {
  kind: 'kill-at-commit',
  share: 4,
  plan(chance) {
    const service = anyService(chance);
    const isCommitted = chance.next() < 0.5;
    return {
      victims: [service],
      async inflict(house) {
        const victim = await house.services.holderOf(service);
        const held = await caughtAtCommit(house, victim);
        if (held !== null && isCommitted) {
          house.postgresLink.makeDumb(victim);
          held.release();
          await pause(COMMITTING_MS);
        }
        await house.services.kill(victim);
        held?.release();
        house.postgresLink.makeWell(victim);
      },
    };
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { holderOf } from '../house/services.ts';
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
        const held = await caughtAtCommit(house, service);
        if (held !== null && isCommitted) {
          house.postgresLink.makeDumb(holderOf(service));
          held.release();
          await pause(COMMITTING_MS);
        }
        await house.services.kill(service);
        held?.release();
        house.postgresLink.makeWell(holderOf(service));
      },
    };
  },
};

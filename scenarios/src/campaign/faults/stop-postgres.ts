import { setTimeout as pause } from 'node:timers/promises';
import type { FaultKind } from './fault.ts';

/** PostgreSQL's immediate stop: no checkpoint, no goodbye; it recovers from its log when it starts again. */
export const stopPostgres: FaultKind = {
  kind: 'stop-postgres',
  share: 3,
  plan(chance) {
    const awayMs = chance.between(0, 1_500);
    return {
      victims: ['postgres'],
      async inflict(house) {
        await house.stopPostgresImmediately();
        await pause(awayMs);
        await house.startPostgres();
      },
    };
  },
};

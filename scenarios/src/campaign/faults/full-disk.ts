import { setTimeout as pause } from 'node:timers/promises';
import type { FaultKind } from './fault.ts';

/**
 * The log's disk is full for a while. nats-server then switches JetStream off and stays like that, so whoever makes room
 * starts it again.
 */
export const fullDisk: FaultKind = {
  kind: 'full-disk',
  share: 1,
  plan(chance) {
    const fullMs = chance.between(2_000, 4_000);
    return {
      victims: ['nats'],
      async inflict(house) {
        await house.disk?.fill();
        await pause(fullMs);
        await house.killNats();
        house.disk?.free();
        await house.startNats();
      },
    };
  },
};

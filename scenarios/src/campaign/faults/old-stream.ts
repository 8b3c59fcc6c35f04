import { setTimeout as pause } from 'node:timers/promises';
import { copiesOf } from './kill-nats.ts';
import { anyService, type FaultKind } from './fault.ts';

const AGEING_MS = 2_000;

/** A lane's stream is restored from a copy that was made when nats-server was last away, or a little while ago. */
export const oldStream: FaultKind = {
  kind: 'old-stream',
  share: 2,
  plan(chance) {
    const service = anyService(chance);
    return {
      victims: ['nats'],
      async inflict(house) {
        await house.killNats();
        if (!house.files.restoreFrom(copiesOf(house), service)) {
          house.files.copyTo(copiesOf(house), service);
          await house.startNats();
          await pause(AGEING_MS);
          await house.killNats();
          house.files.restoreFrom(copiesOf(house), service);
        }
        await house.startNats();
      },
    };
  },
};

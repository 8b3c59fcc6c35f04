import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { anyService, type FaultKind } from './fault.ts';

/** Where copies of lanes lie that a later fault may restore. */
export const copiesOf = ({ directory }: { readonly directory: string }): string => join(directory, 'copies');

/** kill -9 of nats-server, and the same again on its files. Somebody makes a copy of one lane meanwhile. */
export const killNats: FaultKind = {
  kind: 'kill-nats',
  share: 3,
  plan(chance) {
    const copied = anyService(chance);
    const awayMs = chance.between(0, 1_500);
    return {
      victims: ['nats'],
      async inflict(house) {
        await house.killNats();
        house.files.copyTo(copiesOf(house), copied);
        await pause(awayMs);
        await house.startNats();
      },
    };
  },
};

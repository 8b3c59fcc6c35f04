import { setTimeout as pause } from 'node:timers/promises';
import { anyService, type FaultKind } from './fault.ts';

/** Long enough for messages to be stored, shorter than the relay's patience. */
const DEAF_MS = { least: 200, most: 1_500 } as const;

/** A relay publishes without hearing a single acknowledgement, and is killed before it can know. */
export const killBeforeAcknowledgement: FaultKind = {
  kind: 'kill-before-acknowledgement',
  share: 3,
  plan(chance) {
    const service = anyService(chance);
    const deafMs = chance.between(DEAF_MS.least, DEAF_MS.most);
    return {
      victims: [service],
      async inflict(house) {
        const victim = await house.services.holderOf(service);
        house.natsLink.makeDumb(victim);
        await pause(deafMs);
        await house.services.kill(victim);
        house.natsLink.makeWell(victim);
      },
    };
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { holderOf } from '../house/services.ts';
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
        house.natsLink.makeDumb(holderOf(service));
        await pause(deafMs);
        await house.services.kill(service);
        house.natsLink.makeWell(holderOf(service));
      },
    };
  },
};

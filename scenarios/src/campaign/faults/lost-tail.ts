import { anyService, type FaultKind } from './fault.ts';

/** From half a message to more than a batch. */
const LOST_BYTES = { least: 100, most: 100_000 } as const;

/** nats-server dies, and the disk never had the newest of what was acknowledged. */
export const lostTail: FaultKind = {
  kind: 'lost-tail',
  share: 2,
  plan(chance) {
    const service = anyService(chance);
    const bytes = chance.between(LOST_BYTES.least, LOST_BYTES.most);
    return {
      victims: ['nats'],
      async inflict(house) {
        await house.killNats();
        house.files.cutTail(service, bytes);
        await house.startNats();
      },
    };
  },
};

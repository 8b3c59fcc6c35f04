import { anyService, type FaultKind } from './fault.ts';

/** A lane's stream is there, and none of its messages. */
export const emptyStream: FaultKind = {
  kind: 'empty-stream',
  share: 1,
  plan(chance) {
    const service = anyService(chance);
    return {
      victims: ['nats'],
      async inflict(house) {
        await house.killNats();
        house.files.empty(service);
        await house.startNats();
      },
    };
  },
};

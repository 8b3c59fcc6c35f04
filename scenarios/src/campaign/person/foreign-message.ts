import { connect } from '@nats-io/transport-node';
import type { Round } from './scene.ts';

/** Somebody with all rights says something on a lane that is not theirs. */
export const foreignMessage: Round = {
  kind: 'foreign-message',
  async play(scene) {
    const nats = await connect({ servers: scene.house.natsUrl });
    try {
      nats.publish('evt.ingestion.shared.clock.virtual.advanced', 'This was never decided.');
      await nats.flush();
    } finally {
      await nats.close();
    }
    await scene.expectHalt('ingestion', 'ingestion');
    await scene.expectHalt('query', 'ingestion');
    await scene.repair('ingestion');
  },
};

import { streamOf, type ServiceName } from '@tocsin/contracts';
import { connect, type MsgHdrs, type NatsConnection } from 'nats';
import type { Round } from './scene.ts';

const MISSED = 20;

/** A message in the middle of a lane is gone, and a reader that was away comes to it. */
export const hole: Round = {
  kind: 'hole',
  async play(scene) {
    const { house } = scene;
    await house.services.stop('query');
    const { position } = await scene.lane('ingestion');
    await scene.flow('ingestion', MISSED);
    for (const service of ['ingestion', 'analysis', 'escalation', 'notification'] as const)
      await house.services.stop(service);
    const nats = await connect({ servers: house.natsUrl });
    try {
      await makeHole(nats, 'ingestion', position + MISSED / 2);
    } finally {
      await nats.close();
    }
    await house.services.startAll();
    await scene.expectHalt('query', 'ingestion');
    await scene.repair('ingestion');
  },
};

type Stored = { readonly subject: string; readonly headers: MsgHdrs; readonly body: Uint8Array };

/** Puts the same stream in its own place, but for one message: lanes themselves let nobody delete anything. */
async function makeHole(nats: NatsConnection, service: ServiceName, at: number): Promise<void> {
  const manager = await nats.jetstreamManager();
  const name = streamOf(service);
  const { config, state } = await manager.streams.info(name);
  const messages: Stored[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(name, { seq });
    messages.push({ subject: message.subject, headers: message.header, body: message.data });
  }
  await manager.streams.delete(name);
  await manager.streams.add({ ...config, deny_delete: false });
  const publisher = nats.jetstream();
  for (const { subject, headers, body } of messages) await publisher.publish(subject, body, { headers });
  await manager.streams.deleteMessage(name, at);
  await manager.streams.update(name, config);
}

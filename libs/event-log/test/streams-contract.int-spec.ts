import { connect, type NatsConnection } from '@nats-io/transport-node';
import { wallClock } from '../src/liveness/wall-clock.ts';
import { JetStream } from '../src/stream/jetstream.ts';
import { describeReaders } from './contract/readers.contract.ts';
import { describeStreams } from './contract/streams.contract.ts';
import { LANE, REQUESTS, type StreamsGround } from './contract/streams-scene.ts';
import { Ground, quietLog } from './ground.ts';
import { until } from './until.ts';

/** Real nats-server: what the twin is held to as well. */
describe('the streams of JetStream', () => {
  let ground: Ground;
  const connections: { readonly nats: NatsConnection; reconnections: number }[] = [];
  beforeAll(async () => {
    ground = await Ground.open();
  });
  afterAll(() => ground.close());

  const remove = async (stream: string) => {
    const { manager } = await ground.manager();
    await manager.streams.delete(stream);
  };

  const reconnected = async (restart: () => Promise<void>) => {
    const before = connections.map(({ reconnections }) => reconnections);
    await restart();
    await until('everybody is connected again', () =>
      connections.every(({ reconnections }, index) => reconnections > (before[index] ?? 0)),
    );
  };

  const open = async (): Promise<StreamsGround> => {
    for (const stream of [LANE, REQUESTS]) await remove(stream);
    await ground.setUp();
    return {
      connect: async () => {
        const nats = await connect({ servers: ground.nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
        const connection = { nats, reconnections: 0 };
        const streams = new JetStream({ nats, log: quietLog, time: wallClock });
        streams.onReconnected(() => {
          connection.reconnections += 1;
        });
        connections.push(connection);
        return streams;
      },
      restart: () => reconnected(() => ground.crashNats()),
      keep: () => reconnected(() => ground.keepNats()),
      revert: () => reconnected(() => ground.revertNats()),
      remove,
      setUp: () => ground.setUp(),
      until,
    };
  };
  const close = async () => {
    for (const { nats } of connections.splice(0)) await nats.close();
  };
  describeStreams(open, close);
  describeReaders(open, close);
});

import { connect, type NatsConnection } from '@nats-io/transport-node';
import { streamOf } from '@tocsin/contracts';
import { wallClock } from '../src/liveness/wall-clock.ts';
import { JetStream } from '../src/stream/jetstream.ts';
import type { StreamReader } from '../src/stream/streams.ts';
import { Ground, quietLog } from './ground.ts';
import { until } from './until.ts';

const LANE = streamOf('ingestion');

/** Real nats-server: what is lost between the server and a reader, which a consumer without acknowledgements never learns. */
describe('a reader of a lane', () => {
  let ground: Ground;
  let nats: NatsConnection;
  let reader: StreamReader;
  let heard: number[];
  beforeEach(async () => {
    ground = await Ground.open();
    nats = await connect({ servers: ground.nats.url });
    const streams = new JetStream({ nats, log: quietLog, time: wallClock });
    reader = streams.openReader({ stream: LANE, onArrival: () => undefined });
    heard = [];
  });
  afterEach(async () => {
    reader.close();
    await nats.close();
    await ground.close();
  });

  const publish = async (): Promise<number> => {
    const answer = await nats.request('evt.ingestion.shared.clock.virtual.advanced', 'a fact');
    return answer.json<{ seq: number }>().seq;
  };
  const read = (what: string, isEnough: () => boolean) =>
    until(what, async () => {
      await reader.tend();
      heard.push(...reader.take(100).map(({ sequence }) => sequence));
      return isEnough();
    });
  const reads = (sequence: number) => read(`${sequence} is heard`, () => heard.at(-1) === sequence);

  /** Takes messages away from the reader: to the server they are delivered, and they never arrive. */
  const steal = async (count: number): Promise<number[]> => {
    const { manager } = await ground.manager();
    const [consumer] = await manager.consumers.list(LANE).next();
    const stolen: number[] = [];
    nats.subscribe('thief', {
      callback: (_, { reply = '' }) => {
        const sequence = Number(reply.split('.')[5]);
        if (Number.isSafeInteger(sequence)) stolen.push(sequence);
      },
    });
    const request = JSON.stringify({ batch: count, expires: 30_000_000_000 });
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${LANE}.${consumer?.name ?? ''}`, request, { reply: 'thief' });
    await nats.flush();
    return stolen;
  };

  it('hears in its place what was lost on its way, once something follows', async () => {
    await publish();
    await reads(1);
    const stolen = await steal(3);
    while (stolen.length < 3) await publish();
    const last = await publish();
    await reads(last);
    expect(heard).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  });

  it('hears what was lost on its way though nothing follows', async () => {
    await publish();
    await reads(1);
    const stolen = await steal(1);
    let last = 1;
    while (stolen.length === 0) {
      last = await publish();
      await nats.flush();
    }
    expect(stolen).toEqual([last]);
    await reads(last);
    expect(heard).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  });
});

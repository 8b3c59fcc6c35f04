import { describeReaders } from '../../test/contract/readers.contract.ts';
import { describeStreams } from '../../test/contract/streams.contract.ts';
import { LANE, REQUESTS, type StreamsGround } from '../../test/contract/streams-scene.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { MemoryServer } from './memory-server.ts';
import { MemoryStreams } from './memory-streams.ts';
import { directWire } from './wire.ts';

const STEP_MS = 20;
const LIMIT_MS = 20_000;

function ground(isFenceFirst: boolean): StreamsGround {
  const time = new VirtualTime();
  const server = new MemoryServer(time, { duplicateWindowMs: 120_000, isFenceFirst });
  const connected: MemoryStreams[] = [];
  let kept = 0;
  const setUp = () => {
    for (const stream of [LANE, REQUESTS]) if (server.stream(stream) === undefined) server.add(stream);
  };
  const restart = () => {
    for (const streams of connected) streams.disconnect();
    for (const streams of connected) streams.reconnect();
  };
  setUp();
  return {
    connect: () => {
      const streams = new MemoryStreams(server, directWire, time);
      connected.push(streams);
      return Promise.resolve(streams);
    },
    restart: () => {
      restart();
      return Promise.resolve();
    },
    keep: () => {
      kept = server.stream(LANE)?.lastSequence ?? 0;
      return Promise.resolve();
    },
    revert: () => {
      server.stream(LANE)?.loseTail(kept);
      restart();
      return Promise.resolve();
    },
    remove: (stream) => {
      server.remove(stream);
      return Promise.resolve();
    },
    setUp: () => {
      setUp();
      return Promise.resolve();
    },
    until: async (what, condition) => {
      const giveUpAt = time.monotonicMs() + LIMIT_MS;
      while (!(await condition())) {
        if (time.monotonicMs() > giveUpAt) throw new Error(`waited ${LIMIT_MS} virtual ms in vain until ${what}`);
        await time.run(time.monotonicMs() + STEP_MS, () => undefined);
      }
    },
  };
}

describe.each([
  ['an older', false],
  ['a newer', true],
])('the streams of the twin of %s server', (_, isFenceFirst) => {
  const open = () => Promise.resolve(ground(isFenceFirst));
  const close = () => Promise.resolve();
  describeStreams(open, close);
  describeReaders(open, close);
});

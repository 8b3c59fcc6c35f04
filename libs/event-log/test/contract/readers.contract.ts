import type { OutgoingMessage, StoredMessage, StreamReader, Streams } from '../../src/stream/streams.ts';
import {
  contentOf,
  LANE,
  messageAt,
  range,
  requestOf,
  REQUESTS,
  StreamsScene,
  type StreamsGround,
} from './streams-scene.ts';

/** What any reader of a stream must be to the consumer, described once. */
export function describeReaders(open: () => Promise<StreamsGround>, close: () => Promise<void>): void {
  let scene: StreamsScene;
  let ground: StreamsGround;
  let streams: Streams;
  const readers: StreamReader[] = [];
  beforeEach(async () => {
    ground = await open();
    scene = await StreamsScene.open(ground);
    ({ streams } = scene);
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    scene.line.close();
    await close();
  });
  const send = (...messages: readonly OutgoingMessage[]) => scene.send(...messages);
  const publish = (...positions: readonly number[]) => scene.publish(...positions);

  const readerOf = (stream: string, findStart?: () => Promise<number>) => {
    const heard: StoredMessage[] = [];
    let arrivals = 0;
    const onArrival = () => {
      arrivals += 1;
    };
    const reader = streams.openReader({ stream, onArrival, ...(findStart === undefined ? {} : { findStart }) });
    readers.push(reader);
    const read = async (what: string, isEnough: () => boolean) => {
      await ground.until(what, async () => {
        await reader.tend();
        heard.push(...reader.take(100));
        return isEnough();
      });
    };
    const sequences = () => heard.map(({ sequence }) => sequence);
    const readTo = (sequence: number) => {
      const before = heard.length;
      return read(`sequence ${sequence} is heard`, () => heard.length > before && heard.at(-1)?.sequence === sequence);
    };
    return { reader, heard, read, readTo, sequences, arrivals: () => arrivals };
  };

  describe('a reader', () => {
    it('reads everything in order, and then what comes', async () => {
      await publish(...range(1, 30));
      const { readTo, sequences, heard, reader, arrivals } = readerOf(LANE);
      expect(reader.head).toBeNull();
      await readTo(30);
      await publish(31);
      await readTo(31);
      expect(sequences()).toEqual(range(1, 31));
      const { eventId, ...message } = contentOf(31);
      expect(eventId).toBe('event-31');
      expect(heard.at(-1)).toMatchObject({ sequence: 31, ...message });
      expect(Buffer.from(heard.at(-1)?.body ?? '').toString()).toBe('31 first');
      expect({ head: reader.head, trouble: reader.trouble, buffered: reader.buffered }).toEqual({
        head: 31,
        trouble: null,
        buffered: 0,
      });
      expect(arrivals()).toBeGreaterThan(0);
    });

    it('begins after where it is told to, and forgets what it had buffered', async () => {
      await publish(...range(1, 10));
      const { reader, readTo, sequences } = readerOf(LANE);
      await ground.until('everything is buffered', async () => {
        await reader.tend();
        return reader.buffered === 10;
      });
      expect(reader.take(2).map(({ sequence }) => sequence)).toEqual([1, 2]);
      reader.startAfter(7);
      expect(reader.buffered).toBe(0);
      await readTo(10);
      expect(sequences()).toEqual([8, 9, 10]);
      reader.startAfter(3);
      await readTo(10);
      expect(sequences()).toEqual([8, 9, 10, ...range(4, 10)]);
    });

    it('hears every message once and in order, however often it begins anew while they come', async () => {
      const { reader, readTo, sequences, heard } = readerOf(LANE);
      for (let round = 0; round < 8; round += 1) {
        await publish(...range(round * 20 + 1, round * 20 + 20));
        await readTo(round * 20 + 20);
        reader.startAfter(heard.at(-1)?.sequence ?? 0);
        await reader.tend();
      }
      await publish(161);
      await readTo(161);
      expect(sequences()).toEqual(range(1, 161));
    });

    it('begins after the head when it is told to begin beyond it', async () => {
      await publish(1, 2, 3);
      const { reader, readTo, sequences } = readerOf(LANE);
      reader.startAfter(7);
      await ground.until('it reads', async () => {
        await reader.tend();
        return reader.trouble === null;
      });
      expect(reader.head).toBe(3);
      await publish(4, 5);
      await readTo(5);
      expect(sequences()).toEqual([4, 5]);
    });

    it('waits in trouble for a stream that does not exist', async () => {
      const { reader, read, readTo, sequences } = readerOf(LANE);
      await ground.remove(LANE);
      await read('there is trouble', () => reader.trouble !== null && reader.trouble.includes('not found'));
      await ground.setUp();
      await publish(1);
      await readTo(1);
      expect(sequences()).toEqual([1]);
    });

    it('goes on in its place when the server was away', async () => {
      const { readTo, sequences } = readerOf(LANE);
      await publish(1, 2);
      await readTo(2);
      await ground.restart();
      await send(messageAt(3));
      await readTo(3);
      expect(sequences()).toEqual([1, 2, 3]);
    });

    it('learns that a server has lost its newest messages, and hears what takes their place beyond its own', async () => {
      await publish(1, 2);
      await ground.keep();
      const { reader, read, readTo, sequences } = readerOf(LANE);
      await publish(3, 4, 5);
      await readTo(5);
      await ground.revert();
      await read('the head has gone back', () => reader.head === 2);
      await publish(3, 4, 5, 6);
      await readTo(6);
      expect(sequences().filter((sequence) => sequence > 5)).toEqual([6]);
    });

    it('learns that its stream was made anew while it was connected', async () => {
      const { reader, read, readTo, sequences } = readerOf(LANE);
      await publish(1, 2);
      await readTo(2);
      await ground.remove(LANE);
      await ground.setUp();
      await read('the head has gone back', () => reader.head === 0);
      await send(...range(1, 3).map((position) => messageAt(position, 'second')));
      await readTo(3);
      expect(sequences().filter((sequence) => sequence > 2)).toEqual([3]);
    });

    it('asks where to start whenever it begins anew, whatever it had buffered', async () => {
      let asked = 0;
      const { reader, readTo, sequences } = readerOf(REQUESTS, () => {
        asked += 1;
        return Promise.resolve(1);
      });
      await send(requestOf('a'), requestOf('b'));
      await readTo(2);
      expect(asked).toBe(1);
      reader.startAfter(0);
      await readTo(2);
      expect(asked).toBe(2);
      await send(requestOf('c'));
      await ground.until('the next is buffered', async () => {
        await reader.tend();
        return reader.buffered === 1;
      });
      await ground.restart();
      await readTo(3);
      expect(asked).toBeGreaterThan(2);
      expect(sequences()).toEqual([2, 2, 2, 3]);
    });
  });
}

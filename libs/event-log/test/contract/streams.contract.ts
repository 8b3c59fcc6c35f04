import type { IdentifiedMessage, OutgoingMessage, PublishAnswer, Streams } from '../../src/stream/streams.ts';
import {
  contentOf,
  LANE,
  messageAt,
  MISSING,
  range,
  requestOf,
  REQUESTS,
  StreamsScene,
  type StreamsGround,
} from './streams-scene.ts';

/** What any server of streams must be to the relay, described once. */
export function describeStreams(open: () => Promise<StreamsGround>, close: () => Promise<void>): void {
  let scene: StreamsScene;
  let ground: StreamsGround;
  let streams: Streams;
  beforeEach(async () => {
    ground = await open();
    scene = await StreamsScene.open(ground);
    ({ streams } = scene);
  });
  afterEach(async () => {
    scene.line.close();
    await close();
  });
  const send = (...messages: readonly OutgoingMessage[]) => scene.send(...messages);
  const publish = (...positions: readonly number[]) => scene.publish(...positions);

  describe('a stream', () => {
    it('ends at 0 while it is empty, and nowhere while it does not exist', async () => {
      expect(await streams.lastSequence(LANE)).toBe(0);
      expect(await streams.lastSequence(MISSING)).toBeNull();
    });

    it('keeps a message as it was sent, at the next sequence', async () => {
      expect(await publish(1, 2)).toEqual([
        { kind: 'stored', position: 1, sequence: 1 },
        { kind: 'stored', position: 2, sequence: 2 },
      ]);
      expect(await streams.lastSequence(LANE)).toBe(2);
      const { body, ...message } = (await streams.message(LANE, 2)) as IdentifiedMessage;
      expect(message).toEqual({ sequence: 2, ...contentOf(2) });
      expect(Buffer.from(body).toString()).toBe('2 first');
    });

    it('holds nothing at 0 or beyond its end', async () => {
      await publish(1);
      expect(await streams.message(LANE, 2)).toBeNull();
    });

    it('cannot be asked for a message where it does not exist', async () => {
      await expect(streams.message(MISSING, 1)).rejects.toThrow('stream not found');
    });

    it('takes many messages at once in the order in which they were sent', async () => {
      const given = await publish(...range(1, 300));
      expect(given.filter((answer) => answer.kind === 'stored' && answer.sequence === answer.position)).toHaveLength(
        300,
      );
    });

    /** Which of the two answers it gives depends on the version of the server; the log is right with either. */
    it('keeps the first of a double, and answers with its sequence or with the fence', async () => {
      await publish(1, 2);
      const [answer] = await send(messageAt(1, 'second'));
      expect([
        { kind: 'stored', position: 1, sequence: 1 },
        { kind: 'refused', position: 1, because: 'wrong last sequence: 2' },
      ]).toContainEqual(answer);
      expect(await streams.lastSequence(LANE)).toBe(2);
      expect(Buffer.from((await streams.message(LANE, 1))?.body ?? '').toString()).toBe('1 first');
    });

    it('refuses what expects another message before it, and nothing of it stays', async () => {
      await publish(1);
      const [answer] = await publish(3);
      expect(answer).toMatchObject({ kind: 'refused', position: 3, because: 'wrong last sequence: 1' });
      expect(await streams.lastSequence(LANE)).toBe(1);
      expect(await publish(2, 3)).toEqual([
        { kind: 'stored', position: 2, sequence: 2 },
        { kind: 'stored', position: 3, sequence: 3 },
      ]);
    });

    it('lets one of two writers have a position, and tells the other', async () => {
      const rival = await ground.connect();
      const told: PublishAnswer[] = [];
      const rivals = rival.openPublishLine((answer) => told.push(answer));
      rivals.publish({ ...messageAt(1), stamp: { ...messageAt(1).stamp, 'Nats-Msg-Id': 'rival:1' } });
      await ground.until('the rival is answered', () => told.length === 1);
      expect(told).toEqual([{ kind: 'stored', position: 1, sequence: 1 }]);
      expect(await publish(1)).toMatchObject([{ kind: 'refused', position: 1 }]);
      expect(told).toHaveLength(1);
      rivals.close();
    });

    it('takes what has no fence wherever it ends, and each id once', async () => {
      await send(requestOf('a'), requestOf('b'), requestOf('a'));
      expect(scene.answers.map((answer) => (answer.kind === 'stored' ? answer.sequence : answer.kind))).toEqual([
        1, 2, 1,
      ]);
      expect(await streams.lastSequence(REQUESTS)).toBe(2);
    });

    it('does not take for others: a subject that is of no stream is refused', async () => {
      const message = { ...messageAt(1), subject: 'evt.analysis.shared.clock.virtual.advanced' };
      expect(await send(message)).toEqual([{ kind: 'refused', position: 1, because: 'no stream took the message' }]);
    });

    it('says nothing on a line that is closed', async () => {
      const other = await ground.connect();
      const told: PublishAnswer[] = [];
      const closed = other.openPublishLine((answer) => told.push(answer));
      closed.publish(requestOf('a'));
      closed.close();
      await ground.until('it is stored', async () => (await streams.lastSequence(REQUESTS)) === 1);
      await send(requestOf('b'));
      expect(told).toEqual([]);
    });
  });

  it('tells whoever asked that the connection was lost and is there again, and what was acknowledged is still there', async () => {
    let reconnections = 0;
    streams.onReconnected(() => {
      reconnections += 1;
    });
    await publish(1, 2);
    await ground.restart();
    await ground.until('it is told', () => reconnections === 1);
    expect(await streams.lastSequence(LANE)).toBe(2);
  });
}

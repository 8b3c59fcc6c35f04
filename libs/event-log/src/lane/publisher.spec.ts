import type { NumberedEntry } from '../journal/journal.ts';
import type { PublishAnswer, Streams } from '../stream/streams.ts';
import { Publisher } from './publisher.ts';

const SILENCE_MS = 3_000;

const entry = (position: number): NumberedEntry => ({
  position,
  chain: Buffer.alloc(32, position),
  eventId: `event-${position}`,
  subject: 'evt.ingestion.shared.clock.virtual.advanced',
  traceparent: '',
  body: Buffer.from('{}'),
});

/** A publisher of whose server the story decides what it answers, and when. */
function opened() {
  const clock = { nowMs: 0 };
  const server: { answer: (answer: PublishAnswer) => void } = { answer: () => undefined };
  const streams: Pick<Streams, 'openPublishLine'> = {
    openPublishLine(onAnswer) {
      server.answer = onAnswer;
      return { publish: () => undefined, close: () => undefined };
    },
  };
  const publisher = new Publisher({
    streams,
    laneId: 'lane',
    windowMax: 2_000,
    silenceMs: SILENCE_MS,
    monotonicMs: () => clock.nowMs,
  });
  const store = (position: number) => {
    server.answer({ kind: 'stored', position, sequence: position });
  };
  return { publisher, clock, store };
}

describe('a publisher', () => {
  it('records nothing beyond an acknowledgement that has not come', () => {
    const { publisher, store } = opened();
    publisher.publish([1, 2, 3].map(entry));
    store(1);
    store(3);
    expect(publisher.acknowledged).toBe(1);
    store(2);
    expect(publisher.acknowledged).toBe(3);
  });

  it('asks to be aligned soon when one acknowledgement does not come, although later ones do', () => {
    const { publisher, clock, store } = opened();
    publisher.publish([1, 2, 3].map(entry));
    store(1);
    store(3);
    clock.nowMs = 200;
    expect(publisher.disturbance).toBeNull();
    clock.nowMs = 201;
    expect(publisher.disturbance).toEqual({ because: 'the acknowledgement of position 2 is missing' });
  });

  it('asks to be aligned when none comes for a while', () => {
    const { publisher, clock } = opened();
    publisher.publish([1, 2].map(entry));
    clock.nowMs = SILENCE_MS;
    expect(publisher.disturbance).toBeNull();
    clock.nowMs = SILENCE_MS + 1;
    expect(publisher.disturbance).toEqual({ because: 'no acknowledgement for 3000 ms' });
  });

  it('is patient while acknowledgements come in their order, however long it takes', () => {
    const { publisher, clock, store } = opened();
    publisher.publish(Array.from({ length: 20 }, (_, index) => entry(index + 1)));
    for (let position = 1; position <= 20; position += 1) {
      clock.nowMs += SILENCE_MS - 1;
      store(position);
      expect(publisher.disturbance).toBeNull();
    }
  });
});

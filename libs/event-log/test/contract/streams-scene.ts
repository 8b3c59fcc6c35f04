import { commandStreamOf, streamOf } from '@tocsin/contracts';
import type { OutgoingMessage, PublishAnswer, PublishLine, Streams } from '../../src/stream/streams.ts';

/** A server with the empty streams of ingestion, and everything that may happen to it. */
export interface StreamsGround {
  /** The server as one process sees it, on a connection of its own. */
  connect(): Promise<Streams>;
  /** The server is killed, and comes back with all that it had; everybody is connected again when this returns. */
  restart(): Promise<void>;
  /** Remembers what the server holds, for `revert`. */
  keep(): Promise<void>;
  /** The server is killed, and comes back with what it held at `keep`: it has lost its newest messages. */
  revert(): Promise<void>;
  /** Deletes a stream while everybody stays connected. */
  remove(stream: string): Promise<void>;
  /** Makes the streams that are missing, empty. */
  setUp(): Promise<void>;
  /** Lets time pass until `condition` holds. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
}

export const LANE = streamOf('ingestion');
export const REQUESTS = commandStreamOf('ingestion');
/** Nobody sets this one up. */
export const MISSING = streamOf('analysis');

const SUBJECT = 'evt.ingestion.shared.clock.virtual.advanced';

export const contentOf = (position: number) => ({
  subject: SUBJECT,
  chain: `chain-${position}`,
  messageId: `lane:${position}`,
  eventId: `event-${position}`,
});

/** The message of a position, as the relay sends it; `said` tells two of one position apart. */
export function messageAt(position: number, said = 'first'): OutgoingMessage {
  const { subject, chain, messageId, eventId } = contentOf(position);
  const stamp = {
    'Nats-Msg-Id': messageId,
    'Nats-Expected-Last-Sequence': String(position - 1),
    'Tocsin-Chain': chain,
    'ce-id': eventId,
  };
  return { position, subject, stamp, body: Buffer.from(`${position} ${said}`) };
}

/** A request, as any writer sends it: known by its id alone. */
export const requestOf = (id: string): OutgoingMessage => ({
  position: 0,
  subject: 'cmd.ingestion.shared.clock.virtual.advance',
  stamp: { 'Nats-Msg-Id': id },
  body: Buffer.from(id),
});

export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** One process on a ground, with a line that it publishes on. */
export class StreamsScene {
  readonly ground: StreamsGround;
  readonly streams: Streams;
  readonly line: PublishLine;
  readonly answers: PublishAnswer[] = [];

  private constructor(ground: StreamsGround, streams: Streams) {
    this.ground = ground;
    this.streams = streams;
    this.line = streams.openPublishLine((answer) => this.answers.push(answer));
  }

  static async open(ground: StreamsGround): Promise<StreamsScene> {
    return new StreamsScene(ground, await ground.connect());
  }

  /** Sends messages and waits for as many answers. */
  async send(...messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> {
    const before = this.answers.length;
    for (const message of messages) this.line.publish(message);
    await this.ground.until('everything is answered', () => this.answers.length >= before + messages.length);
    return this.answers.slice(before);
  }

  publish(...positions: readonly number[]): Promise<readonly PublishAnswer[]> {
    return this.send(...positions.map((position) => messageAt(position)));
  }
}

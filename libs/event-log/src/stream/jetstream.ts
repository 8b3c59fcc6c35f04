import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { isStreamMissing } from '../lane/stream-missing.ts';
import type { Log } from '../liveness/log.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import { PullReader } from './pull-reader.ts';
import type {
  IdentifiedMessage,
  OutgoingMessage,
  PublishAnswer,
  PublishLine,
  ReaderOptions,
  StreamReader,
  Streams,
} from './streams.ts';

export type JetStreamOptions = { readonly nats: NatsConnection; readonly log: Log; readonly time: WallClock };

/** No call to the server waits longer. */
const CALL_TIMEOUT_MS = 3_000;

/** The streams of a nats-server. */
export class JetStream implements Streams {
  readonly #options: JetStreamOptions;
  readonly #reconnected: (() => void)[] = [];
  #connection = 0;
  #manager: JetStreamManager | null = null;

  constructor(options: JetStreamOptions) {
    this.#options = options;
    void this.#followConnection();
  }

  async lastSequence(stream: string): Promise<number | null> {
    const manager = await this.#managed();
    try {
      return (await manager.streams.info(stream)).state.last_seq;
    } catch (error) {
      if (isStreamMissing(error)) return null;
      throw error;
    }
  }

  async message(stream: string, sequence: number): Promise<IdentifiedMessage | null> {
    const manager = await this.#managed();
    const message = await manager.streams.getMessage(stream, { seq: sequence });
    if (message === null) return null;
    const { seq, subject, header, data } = message;
    return {
      sequence: seq,
      subject,
      chain: header.get('Tocsin-Chain'),
      messageId: header.get('Nats-Msg-Id'),
      eventId: header.get('ce-id'),
      body: data,
    };
  }

  openReader(options: ReaderOptions): StreamReader {
    const { nats, log, time } = this.#options;
    return new PullReader({
      ...options,
      nats,
      manager: () => this.#managed(),
      log,
      monotonicMs: time.monotonicMs,
      connection: () => this.#connection,
    });
  }

  openPublishLine(onAnswer: (answer: PublishAnswer) => void): PublishLine {
    return new AckInbox(this.#options.nats, onAnswer);
  }

  onReconnected(listener: () => void): void {
    this.#reconnected.push(listener);
  }

  async #followConnection(): Promise<void> {
    for await (const { type } of this.#options.nats.status()) {
      if (type !== 'reconnect') continue;
      this.#connection += 1;
      for (const listener of this.#reconnected) listener();
    }
  }

  async #managed(): Promise<JetStreamManager> {
    this.#manager ??= await jetstreamManager(this.#options.nats, { checkAPI: false, timeout: CALL_TIMEOUT_MS });
    return this.#manager;
  }
}

type Acknowledgement = { readonly seq?: number; readonly error?: { readonly description?: string } };

/** One wildcard inbox for all acknowledgements: several times cheaper than one subscription per publish. */
class AckInbox implements PublishLine {
  readonly #nats: NatsConnection;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;

  constructor(nats: NatsConnection, onAnswer: (answer: PublishAnswer) => void) {
    this.#nats = nats;
    this.#subscription = nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        onAnswer(error ? { kind: 'unreadable', because: error.message } : this.#read(message));
      },
    });
  }

  publish({ position, subject, stamp, body }: OutgoingMessage): void {
    const head = headers();
    for (const [name, value] of Object.entries(stamp)) head.set(name, value);
    this.#nats.publish(subject, body, { headers: head, reply: `${this.#inbox}.${position}` });
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #read(message: Msg): PublishAnswer {
    const position = Number(message.subject.slice(this.#inbox.length + 1));
    if (message.data.length === 0) return { kind: 'refused', position, because: 'no stream took the message' };
    // A refusal carries a sequence too, which is 0.
    const { seq, error } = message.json<Acknowledgement>();
    if (error !== undefined) return { kind: 'refused', position, because: error.description ?? 'without a reason' };
    if (seq === undefined) return { kind: 'refused', position, because: 'the answer has no sequence' };
    return { kind: 'stored', position, sequence: seq };
  }
}

import type { WallClock } from '../liveness/wall-clock.ts';
import type {
  IdentifiedMessage,
  OutgoingMessage,
  PublishAnswer,
  PublishLine,
  ReaderOptions,
  StoredMessage,
  StreamReader,
  Streams,
} from '../stream/streams.ts';
import type { MemoryServer, Subscriber } from './memory-server.ts';
import type { Wire } from './wire.ts';

const HEAD_POLL_MS = 1_000;

/** The streams of the twin as one process sees them, over a wire of its own. */
export class MemoryStreams implements Streams {
  readonly #server: MemoryServer;
  readonly #wire: Wire;
  readonly #time: WallClock;
  readonly #listeners: (() => void)[] = [];
  readonly #endings = new Set<() => void>();
  #connection = 0;

  constructor(server: MemoryServer, wire: Wire, time: WallClock) {
    this.#server = server;
    this.#wire = wire;
    this.#time = time;
  }

  /** Counts the connections that there have been: a reader of an earlier one is read no more. */
  get connection(): number {
    return this.#connection;
  }

  lastSequence(stream: string): Promise<number | null> {
    return this.#wire.call('last sequence', () => this.#server.stream(stream)?.lastSequence ?? null);
  }

  message(stream: string, sequence: number): Promise<IdentifiedMessage | null> {
    return this.#wire.call('message', () => {
      const found = this.#server.stream(stream);
      if (found === undefined) throw new Error('stream not found');
      return found.messages[sequence - 1] ?? null;
    });
  }

  openReader(options: ReaderOptions): StreamReader {
    return new MemoryReader(options, this, this.#time);
  }

  openPublishLine(onAnswer: (answer: PublishAnswer) => void): PublishLine {
    let isOpen = true;
    return {
      publish: (message: OutgoingMessage) => {
        this.#wire.send(() => {
          const answer = this.#server.publish(message);
          this.#wire.push('acknowledgement', () => {
            if (isOpen) onAnswer(answer);
          });
        });
      },
      close: () => {
        isOpen = false;
      },
    };
  }

  onReconnected(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Delivers a stream from `from` on. Returns how to end it. */
  follow(stream: string, from: number, { onMessage, onGone }: Omit<Subscriber, 'stream'>): () => void {
    const end = this.#server.subscribe(from, {
      stream,
      onMessage: (message) => {
        this.#wire.push('message', () => {
          onMessage(message);
        });
      },
      onGone: () => {
        this.#wire.push('message', onGone);
      },
    });
    this.#endings.add(end);
    return end;
  }

  /** The connection is gone: nothing is delivered on it any more. */
  disconnect(): void {
    this.#connection += 1;
    for (const end of this.#endings) end();
    this.#endings.clear();
  }

  /** A new connection is there. */
  reconnect(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Reads one stream of the twin, as the pull reader reads one of a real server. */
class MemoryReader implements StreamReader {
  readonly #options: ReaderOptions;
  readonly #streams: MemoryStreams;
  readonly #time: WallClock;
  #buffer: StoredMessage[] = [];
  #delivered = 0;
  #head: number | null = null;
  #trouble: string | null = 'its first consumer';
  #polledAt = Number.NEGATIVE_INFINITY;
  #connection = -1;
  #end: (() => void) | null = null;

  constructor(options: ReaderOptions, streams: MemoryStreams, time: WallClock) {
    this.#options = options;
    this.#streams = streams;
    this.#time = time;
  }

  get head(): number | null {
    return this.#head;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get buffered(): number {
    return this.#buffer.length;
  }

  startAfter(sequence: number): void {
    this.#buffer = [];
    this.#delivered = sequence;
    this.#stop();
  }

  take(max: number): readonly StoredMessage[] {
    return this.#buffer.splice(0, max);
  }

  async tend(): Promise<void> {
    try {
      if (this.#connection !== this.#streams.connection) this.#stop();
      if (this.#end === null) await this.#start();
      else if (this.#time.monotonicMs() - this.#polledAt > HEAD_POLL_MS) await this.#pollHead();
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#stop();
    }
  }

  close(): void {
    this.#stop();
  }

  async #pollHead(): Promise<number> {
    const head = await this.#streams.lastSequence(this.#options.stream);
    if (head === null) throw new Error('stream not found');
    this.#polledAt = this.#time.monotonicMs();
    if (this.#head !== head) this.#options.onArrival();
    this.#head = head;
    return head;
  }

  async #start(): Promise<void> {
    const { stream, findStart } = this.#options;
    const { connection } = this.#streams;
    const head = await this.#pollHead();
    if (findStart !== undefined) {
      this.#buffer = [];
      this.#delivered = await findStart();
    }
    if (connection !== this.#streams.connection) throw new Error('the connection was lost');
    const from = Math.min(this.#delivered, head) + 1;
    this.#connection = connection;
    this.#trouble = null;
    const end = this.#streams.follow(stream, from, {
      onMessage: (message) => {
        if (this.#end === end) this.#onMessage(message);
      },
      onGone: () => {
        if (this.#end === end) this.#stop();
      },
    });
    this.#end = end;
  }

  #onMessage(message: StoredMessage): void {
    this.#delivered = message.sequence;
    this.#head = Math.max(this.#head ?? 0, message.sequence);
    this.#buffer.push(message);
    this.#options.onArrival();
  }

  #stop(): void {
    this.#end?.();
    this.#end = null;
    this.#delivered = this.#buffer.at(-1)?.sequence ?? this.#delivered;
  }
}

import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Log } from '../liveness/log.ts';
import type { ReaderOptions, StoredMessage, StreamReader } from './streams.ts';

export type PullReaderOptions = ReaderOptions & {
  readonly nats: NatsConnection;
  /** The server's API for streams, shared with whoever else uses the connection. */
  readonly manager: () => Promise<JetStreamManager>;
  readonly log: Log;
  readonly monotonicMs: () => number;
  /** Counts the connections that there have been: what was on its way on an earlier one is lost. */
  readonly connection: () => number;
};

const NANOS_PER_MS = 1_000_000;
const BATCH = 500;
/** A few batches are asked for ahead, so that the wire never waits for the step. */
const PULLS_AHEAD = 3;
const BUFFERED_MAX = 4 * BATCH;
const PULL_EXPIRES_MS = 4_000;
const IDLE_HEARTBEAT_MS = 1_000;
/** Three heartbeats missed: the consumer is gone, or the server is. */
const SILENCE_MAX_MS = 3_500;
const CONSUMER_IDLE_MAX_MS = 30_000;
const HEAD_POLL_MS = 1_000;

/**
 * Reads one stream in order from a given sequence, without acknowledgements: where a service stands is in its own
 * database, and what the server remembers of a consumer is never trusted. It makes its consumer anew when it must: with
 * every connection, at a gap in what the consumer counts, and when the server believes that it has delivered more.
 */
export class PullReader implements StreamReader {
  readonly #options: PullReaderOptions;
  readonly #pulls = new Map<string, number>();
  #buffer: StoredMessage[] = [];
  #inbox = '';
  #subscription: Subscription | null = null;
  #consumer: string | null = null;
  #delivered = 0;
  /** How many messages this consumer has brought; the server counts them too. */
  #deliveries = 0;
  #connection = 0;
  #pullNumber = 0;
  #heardAt = 0;
  #head: number | null = null;
  #headPolledAt = Number.NEGATIVE_INFINITY;
  #trouble: string | null = 'its first consumer';

  constructor(options: PullReaderOptions) {
    this.#options = options;
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
    this.#dropConsumer();
  }

  take(max: number): readonly StoredMessage[] {
    const taken = this.#buffer.splice(0, max);
    if (taken.length > 0) this.#pull();
    return taken;
  }

  async tend(): Promise<void> {
    const { monotonicMs, log, stream, connection } = this.#options;
    try {
      const isSilent = monotonicMs() - this.#heardAt > SILENCE_MAX_MS;
      if (isSilent || this.#connection !== connection()) this.#dropConsumer();
      if (this.#consumer === null) await this.#makeConsumer();
      else if (monotonicMs() - this.#headPolledAt > HEAD_POLL_MS) await this.#look(this.#consumer);
      this.#pull();
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (this.#trouble !== trouble) log.warn({ err: error, stream }, 'the reader waits and tries again');
      this.#trouble = trouble;
      this.#dropConsumer();
    }
  }

  close(): void {
    this.#dropConsumer();
  }

  async #pollHead(): Promise<number> {
    const manager = await this.#options.manager();
    const { state } = await manager.streams.info(this.#options.stream);
    this.#headPolledAt = this.#options.monotonicMs();
    if (this.#head !== state.last_seq) {
      this.#head = state.last_seq;
      this.#options.onArrival();
    }
    return state.last_seq;
  }

  /** Looks at the head, and where nothing comes although there is more, whether something was lost on its way. */
  async #look(consumer: string): Promise<void> {
    const deliveries = this.#deliveries;
    const head = await this.#pollHead();
    if (this.#buffer.length > 0 || this.#deliveries !== deliveries || this.#delivered >= head) return;
    const manager = await this.#options.manager();
    const { delivered } = await manager.consumers.info(this.#options.stream, consumer);
    if (this.#deliveries === deliveries && delivered.consumer_seq !== deliveries) this.#dropConsumer();
  }

  async #makeConsumer(): Promise<void> {
    const { nats, stream, monotonicMs, findStart, connection } = this.#options;
    this.#connection = connection();
    const head = await this.#pollHead();
    if (findStart !== undefined) {
      this.#buffer = [];
      this.#delivered = await findStart();
    }
    const manager = await this.#options.manager();
    const { name } = await manager.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      // Some servers would wait for a sequence beyond their head, and pass over what comes before it.
      opt_start_seq: Math.min(this.#delivered, head) + 1,
      inactive_threshold: CONSUMER_IDLE_MAX_MS * NANOS_PER_MS,
      mem_storage: true,
      num_replicas: 1,
    });
    // A new inbox: an earlier consumer may still have pulls to serve, and nobody listens to what it says.
    this.#inbox = createInbox();
    this.#deliveries = 0;
    this.#subscription = nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error) this.#dropConsumer();
        else this.#onMessage(message);
      },
    });
    this.#consumer = name;
    this.#heardAt = monotonicMs();
    this.#trouble = null;
  }

  /** The server forgets an abandoned consumer by itself after its idle limit. */
  #dropConsumer(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
    this.#consumer = null;
    this.#pulls.clear();
    this.#delivered = this.#buffer.at(-1)?.sequence ?? this.#delivered;
  }

  #pull(): void {
    const { nats, stream } = this.#options;
    while (
      this.#consumer !== null &&
      this.#pulls.size < PULLS_AHEAD &&
      this.#buffer.length + this.#pulls.size * BATCH < BUFFERED_MAX
    ) {
      this.#pullNumber += 1;
      const reply = `${this.#inbox}.${this.#pullNumber}`;
      const request = {
        batch: BATCH,
        expires: PULL_EXPIRES_MS * NANOS_PER_MS,
        idle_heartbeat: IDLE_HEARTBEAT_MS * NANOS_PER_MS,
      };
      nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.#consumer}`, JSON.stringify(request), { reply });
      this.#pulls.set(reply, BATCH);
    }
  }

  #onMessage(message: Msg): void {
    const { subject, headers, reply, data } = message;
    this.#heardAt = this.#options.monotonicMs();
    const status = headers?.code ?? 0;
    if (status === 100) return;
    if (status > 100) {
      this.#pulls.delete(subject);
      // 408 and 404 end a pull in order; anything else means that the consumer is no longer there.
      if (status === 408 || status === 404) this.#pull();
      else this.#dropConsumer();
      this.#options.onArrival();
      return;
    }
    const { sequence, delivery, pending } = placeOf(reply ?? '');
    if (delivery !== this.#deliveries + 1) {
      this.#dropConsumer();
      this.#options.onArrival();
      return;
    }
    this.#deliveries = delivery;
    this.#delivered = sequence;
    this.#head = Math.max(this.#head ?? 0, sequence + pending);
    this.#buffer.push({
      sequence,
      subject,
      chain: headers?.get('Tocsin-Chain') ?? '',
      messageId: headers?.get('Nats-Msg-Id') ?? '',
      body: data,
    });
    this.#countDown();
    this.#options.onArrival();
  }

  /** The server serves pulls in the order in which they were asked, so a message belongs to the oldest. */
  #countDown(): void {
    const [oldest] = this.#pulls;
    if (oldest === undefined) return;
    const [inbox, left] = oldest;
    if (left > 1) this.#pulls.set(inbox, left - 1);
    else if (this.#pulls.delete(inbox)) this.#pull();
  }
}

/**
 * Reads a message's place from the subject that it would be acknowledged on:
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<sequence>.<consumer sequence>.<time>.<pending>[.<random>]`.
 */
function placeOf(reply: string): { readonly sequence: number; readonly delivery: number; readonly pending: number } {
  const tokens = reply.split('.');
  const first = tokens.length > 9 ? 4 : 2;
  const sequence = Number(tokens[first + 3]);
  const delivery = Number(tokens[first + 4]);
  const pending = Number(tokens[first + 6]);
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(delivery) || !Number.isSafeInteger(pending))
    throw new TypeError(`'${reply}' does not say where a message stands`);
  return { sequence, delivery, pending };
}

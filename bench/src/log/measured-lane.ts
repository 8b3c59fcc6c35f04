import { jetstreamManager, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { encodeEvent, streamOf, subjectOf, type AnyEvent, type ServiceName } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { Database, Log } from '@tocsin/event-log';
import { chainNext, chainStart, JetStream, Publisher, wallClock, type NumberedEntry } from '@tocsin/event-log/lane';
import type { Ground } from '../ground.ts';
import { barData, feedsAdded } from '../recorded-bars.ts';
import { WrongResult } from './measurement.ts';
import { pullAll } from './own-pulls.ts';

const MORNING_MS = Date.parse('2026-03-02T00:00:00.000Z');

/** The relay's window: published and not yet acknowledged. */
const WINDOW_MAX = 2_000;
const AT_ONCE = 1_000;
const SILENCE_MS = 10_000;

/** What goes wrong shows in what is counted. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A lane with nobody behind it, ingestion's where nothing else is said: emptied, filled with encoded bars and read back as a benchmark needs it. */
export class MeasuredLane {
  readonly nats: NatsConnection;
  /** The same server, as the log asks it. */
  readonly streams: JetStream;
  readonly stream: string;
  readonly laneId: string;
  readonly #manager: JetStreamManager;
  readonly #config: StreamConfig;
  readonly #database: Database;

  private constructor(parts: {
    readonly nats: NatsConnection;
    readonly manager: JetStreamManager;
    readonly config: StreamConfig;
    readonly laneId: string;
    readonly database: Database;
  }) {
    this.nats = parts.nats;
    this.laneId = parts.laneId;
    this.stream = parts.config.name;
    this.streams = new JetStream({ nats: parts.nats, log: silentLog, time: wallClock });
    this.#manager = parts.manager;
    this.#config = parts.config;
    this.#database = parts.database;
  }

  /** The set-up has made the lane before. */
  static async open(ground: Ground, service: ServiceName = 'ingestion'): Promise<MeasuredLane> {
    const database = ground.database(service);
    const { rows } = await database.query<{ lane_id: string }>('SELECT lane_id FROM lane');
    const nats = await connect({ servers: ground.natsUrl });
    const manager = await jetstreamManager(nats);
    const { config } = await manager.streams.info(streamOf(service));
    return new MeasuredLane({ nats, manager, config, laneId: rows[0]?.lane_id ?? '', database });
  }

  get manager(): JetStreamManager {
    return this.#manager;
  }

  /** Where the lane's own service keeps its journal. */
  get database(): Database {
    return this.#database;
  }

  get start(): Buffer {
    return chainStart(this.laneId);
  }

  /** `count` facts, the feeds and then their bars, encoded, numbered and chained as the relay would. */
  entries(count: number): readonly NumberedEntry[] {
    let chain = this.start;
    return Array.from({ length: count }, (_, index) => {
      const event: AnyEvent = feedsAdded[index] ?? { type: 'BarClosed', data: barData(index - feedsAdded.length) };
      const eventId = idOf(index);
      const body = encodeEvent(event, {
        id: eventId,
        service: 'ingestion',
        tenant: 'shared',
        time: instant(MORNING_MS + index),
        entityVersion: 1 + index,
        correlationId: eventId,
        causationId: null,
        actor: 'service:ingestion',
        recordedTime: instant(MORNING_MS + index),
        traceparent: traceparentOf(index),
      });
      const subject = subjectOf(event, { service: 'ingestion', tenant: 'shared' });
      chain = chainNext(chain, subject, body);
      return { eventId, subject, traceparent: traceparentOf(index), body, position: index + 1, chain };
    });
  }

  /** Fills the stream with `count` facts. */
  async fill(count: number): Promise<readonly NumberedEntry[]> {
    const entries = this.entries(count);
    await this.empty();
    await this.publish(entries);
    return entries;
  }

  /** Makes the stream anew, with the same settings. */
  async empty(): Promise<void> {
    await this.#manager.streams.delete(this.stream);
    await this.#manager.streams.add(this.#config);
  }

  /** Makes the lane as new, for the service itself: stream, journal and everything that was heard and decided. */
  async begin(): Promise<void> {
    await this.empty();
    await this.#database.query('TRUNCATE journal, entity, timer, checkpoint');
    await this.#database.query(
      `UPDATE lane SET position = 0, published = 0, chain = $1, last_event_id = NULL, holder = NULL, lease_until = NULL`,
      [this.start],
    );
  }

  /** Publishes as the relay does: its publisher, its window, as many at once. */
  async publish(entries: readonly NumberedEntry[]): Promise<void> {
    const publisher = new Publisher({
      streams: this.streams,
      laneId: this.laneId,
      windowMax: WINDOW_MAX,
      silenceMs: SILENCE_MS,
      monotonicMs: wallClock.monotonicMs,
    });
    await new Promise<void>((resolve, reject) => {
      const goOn = () => {
        if (publisher.disturbance !== null) reject(new WrongResult(publisher.disturbance.because));
        while (publisher.room >= AT_ONCE && publisher.next <= entries.length)
          publisher.publish(entries.slice(publisher.next - 1, publisher.next - 1 + AT_ONCE));
        if (publisher.acknowledged === entries.length) resolve();
      };
      publisher.onProgress(goOn);
      goOn();
    });
    publisher.close();
  }

  /** @throws {WrongResult} unless the stream holds exactly these entries, in their order. */
  async expectEntries(entries: readonly NumberedEntry[]): Promise<void> {
    let index = 0;
    await pullAll(this.nats, this.stream, entries.length, ({ sequence, headers }) => {
      const entry = entries[index];
      if (entry?.position !== sequence || headers?.get('Tocsin-Chain') !== entry.chain.toString('hex'))
        throw new WrongResult(`position ${sequence} is not the event that was published there`);
      index += 1;
    });
    const { state } = await this.#manager.streams.info(this.stream);
    if (state.messages !== entries.length || state.last_seq !== entries.length)
      throw new WrongResult(`the stream holds ${state.messages} messages up to ${state.last_seq}`);
  }

  async close(): Promise<void> {
    await this.nats.close();
    await this.#database.close();
  }
}

const traceparentOf = (number: number): string => {
  const hex = number.toString(16);
  return `00-${hex.padStart(32, '0')}-${hex.padStart(16, '0')}-01`;
};

/** Looks like the derived id of a fact; no two are the same. */
const idOf = (number: number): string => `0f9c3a52-7d41-5b1e-8a6f-${number.toString(16).padStart(12, '0')}`;

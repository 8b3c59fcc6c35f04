import { commandStreamOf, streamOf, type ServiceName } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { LISTENER, SPEAKER, ticker } from '../simulation/story.ts';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { to } from '../src/index.ts';
import { Relay } from '../src/lane/relay.ts';
import type { Log } from '../src/liveness/log.ts';
import { collectListeners, type ListeningController } from '../src/nest/listeners.ts';
import { Consumer } from '../src/step/consumer.ts';
import type { AnyEntityType } from '../src/step/entity-type.ts';
import type { Observation } from '../src/step/inputs.ts';
import { Registry } from '../src/step/registry.ts';
import { ServiceClock } from '../src/step/service-clock.ts';
import { MemoryDatabase } from '../src/twin/memory-database.ts';
import { MemoryServer } from '../src/twin/memory-server.ts';
import { memoryStore } from '../src/twin/memory-store.ts';
import { MemoryStreams } from '../src/twin/memory-streams.ts';
import { ScriptedWire } from './scripted-wire.ts';
import { TallyController, tally, type Tally } from './tally.ts';

const STEP_MS = 10;
const LIMIT_MS = 30_000;
const DAWN = '2026-03-02T09:00:00.000Z' as Instant;
const MINUTE_MS = 60_000;

/** One process of a service on the twin: the real relay and the real consumer, at the end of wires that obey the test. */
export type TwinProcess = {
  readonly relay: Relay;
  readonly consumer: Consumer;
  readonly database: ScriptedWire;
  readonly streams: ScriptedWire;
  readonly connection: MemoryStreams;
};

/** A speaker of ticks and a listener that counts them, in virtual time and without chance. */
export class TwinGround {
  readonly time = new VirtualTime();
  readonly server = new MemoryServer(this.time);
  readonly speaker = this.#databaseOf(SPEAKER);
  readonly listener = this.#databaseOf(LISTENER);
  readonly words: string[] = [];

  constructor() {
    for (const service of [SPEAKER, LISTENER])
      for (const stream of [streamOf(service), commandStreamOf(service)]) this.server.add(stream);
  }

  /** A process of ingestion, which has ticks to say. */
  openSpeaker(instance = 'ingestion-0'): TwinProcess {
    return this.#open(instance, { service: SPEAKER, database: this.speaker, entities: [ticker], controllers: [] });
  }

  /** A process of escalation, which counts what it hears; `start` the consumer once its wires are as they shall be. */
  openListener(instance = 'escalation-0'): TwinProcess {
    const { listener: database } = this;
    const controllers = [new TallyController()];
    return this.#open(instance, { service: LISTENER, database, entities: [tally], controllers });
  }

  /** What was counted of a clock, as it is committed. */
  tallyOf(clock: string): Tally | null {
    const row = this.listener.entities.get(`episode/service-${clock}`);
    return row === undefined ? null : (JSON.parse(row.json) as Tally);
  }

  get heard(): number {
    return this.listener.checkpoints.get(streamOf(SPEAKER))?.position ?? 0;
  }

  get logged(): number {
    return this.server.stream(streamOf(SPEAKER))?.lastSequence ?? 0;
  }

  /** Waits until a promise is settled, and returns what became of it. */
  async settled<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const noted = promise.finally(() => {
      isSettled = true;
    });
    noted.catch(() => undefined);
    await this.until('it is settled', () => isSettled);
    return noted;
  }

  /** Lets time pass until `condition` holds. @throws {Error} after half a virtual minute. */
  async until(what: string, condition: () => boolean, limitMs = LIMIT_MS): Promise<void> {
    const giveUpAt = this.time.monotonicMs() + limitMs;
    while (!condition()) {
      if (this.time.monotonicMs() >= giveUpAt)
        throw new Error(`waited ${limitMs} virtual ms in vain until ${what}: ${this.words.slice(-5).join('; ')}`);
      await this.pass(STEP_MS);
    }
  }

  pass(ms: number): Promise<void> {
    return this.time.run(this.time.monotonicMs() + ms, () => undefined);
  }

  #databaseOf(service: ServiceName): MemoryDatabase {
    const laneId = `00000000-0000-4000-8000-${service.length.toString().padStart(12, '0')}`;
    return new MemoryDatabase({ time: this.time, lane: streamOf(service), laneId, consumer: service });
  }

  #open(
    instance: string,
    part: {
      readonly service: ServiceName;
      readonly database: MemoryDatabase;
      readonly entities: readonly AnyEntityType[];
      readonly controllers: readonly ListeningController[];
    },
  ): TwinProcess {
    const { service, entities, controllers } = part;
    const { time, server } = this;
    const [database, streams] = [new ScriptedWire(), new ScriptedWire()];
    const connection = new MemoryStreams(server, streams, time);
    const registry = new Registry(entities, []);
    collectListeners(controllers, registry);
    const note = (_: object, message: string) => void this.words.push(message);
    const log: Log = { info: note, warn: note, error: note };
    const store = memoryStore(part.database, instance, database);
    const beat = () => undefined;
    const boot = `${instance} at ${time.monotonicMs()}`;
    const both = { service, instance, boot, store, streams: connection, log, time, beat };
    const relay = new Relay({ ...both, laneId: part.database.lane.lane_id });
    const consumer = new Consumer({
      ...both,
      clock: new ServiceClock('accelerated', time.wallMs),
      registry,
      lanes: service === LISTENER ? new Map([[SPEAKER, this.speaker.lane.lane_id]]) : new Map(),
      body: null,
      onSaid: () => {
        relay.nudge();
      },
    });
    return { relay, consumer, database, streams, connection };
  }
}

/** A tick of a clock that many minutes after dawn; an `echo` may be told an earlier moment than its last. */
export function tickAt(minute: number, clock: string): Observation {
  const now = plusMs(DAWN, minute * MINUTE_MS);
  return {
    causeId: `tick:${clock}:${minute}`,
    time: now,
    intentions: [to(ticker, clock, { type: 'Tick', data: { clock, now } })],
  };
}

import { collectListeners, type ListeningController } from '../src/nest/listeners.ts';
import { Relay } from '../src/lane/relay.ts';
import type { Log } from '../src/liveness/log.ts';
import type { WallClock } from '../src/liveness/wall-clock.ts';
import { Consumer } from '../src/step/consumer.ts';
import type { AnyEntityType } from '../src/step/entity-type.ts';
import type { Observation, Outcome } from '../src/step/inputs.ts';
import { Registry } from '../src/step/registry.ts';
import { ServiceClock } from '../src/step/service-clock.ts';
import type { MemoryDatabase } from '../src/twin/memory-database.ts';
import type { MemoryServer } from '../src/twin/memory-server.ts';
import { memoryStore } from '../src/twin/memory-store.ts';
import { MemoryStreams } from '../src/twin/memory-streams.ts';
import type { ServiceName } from '@tocsin/contracts';
import { FaultyWire, type WireEnd } from './faulty-wire.ts';
import type { Lottery } from './lottery.ts';
import type { Reached } from './reached.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** The same for all processes of a service. */
export type ServicePart = {
  readonly service: ServiceName;
  readonly database: MemoryDatabase;
  readonly lanes: ReadonlyMap<ServiceName, string>;
  readonly entities: readonly AnyEntityType[];
  readonly controllers: readonly ListeningController[];
};

export type Surroundings = {
  readonly time: VirtualTime;
  readonly lottery: Lottery;
  readonly weather: Weather;
  readonly server: MemoryServer;
  readonly log: Log;
  readonly reached: Reached;
  /** How far the wall clock of all processes is off, in milliseconds. */
  readonly skew: { ms: number };
};

/** When the simulated world begins; only differences matter. */
export const EPOCH_MS = Date.parse('2026-03-02T09:00:00.000Z');

/** How long the last words of a dead process may be on their way. */
const AFTERLIFE_MS = 3;

/** One process of a service: the real relay and the real consumer on the twin, at the end of two wires. */
export class SimProcess implements WireEnd {
  readonly name: string;
  readonly part: ServicePart;
  readonly #time: VirtualTime;
  readonly #owner: string;
  readonly #databaseWire: FaultyWire;
  readonly #streamsWire: FaultyWire;
  readonly #streams: MemoryStreams;
  readonly #consumer: Consumer;
  readonly #held: (() => void)[] = [];
  #cuts = 0;
  #state: 'running' | 'paused' | 'dead' = 'running';

  constructor(instance: string, part: ServicePart, surroundings: Surroundings) {
    const { time, lottery, weather, server, log, skew, reached } = surroundings;
    const { service, database, lanes, entities, controllers } = part;
    this.name = instance;
    this.part = part;
    this.#time = time;
    const boot = lottery.uuid();
    this.#owner = `${instance}/${boot}`;
    this.#databaseWire = new FaultyWire(time, lottery, weather, this, reached);
    this.#streamsWire = new FaultyWire(time, lottery, weather, this, reached);
    const own: WallClock = {
      monotonicMs: time.monotonicMs,
      wallMs: () => EPOCH_MS + time.monotonicMs() + skew.ms,
      after: (delayMs, call) =>
        time.after(delayMs, () => {
          this.whenAwake(call);
        }),
    };
    this.#streams = new MemoryStreams(server, this.#streamsWire, own);
    const store = memoryStore(database, this.#owner, this.#databaseWire);
    const registry = new Registry(entities, []);
    collectListeners(controllers, registry);
    const shared = { service, instance, boot, store, streams: this.#streams, log, time: own, beat: () => undefined };
    const relay = new Relay({ ...shared, laneId: database.lane.lane_id });
    this.#consumer = new Consumer({
      ...shared,
      clock: new ServiceClock('accelerated', own.wallMs),
      registry,
      lanes,
      body: null,
      onSaid: () => {
        relay.nudge();
      },
    });
    relay.start();
    this.#consumer.start();
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  get isHolder(): boolean {
    return !this.isDead && this.#consumer.isHolder;
  }

  perform(observations: readonly Observation[]): Promise<readonly Outcome[]> {
    return this.#consumer.perform(observations);
  }

  /** kill -9: nothing of it ever goes on, and the servers notice that its connections are gone. */
  kill(): void {
    if (this.isDead) return;
    this.#state = 'dead';
    this.#held.length = 0;
    this.#streams.disconnect();
    // What it had sent may still arrive before the end of its connection does.
    this.#time.after(AFTERLIFE_MS, () => {
      this.part.database.abort(this.#owner);
    });
  }

  /** SIGSTOP: it stands still, and whatever it is told waits. */
  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** SIGCONT: it goes on where it stood, as if nothing had happened. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const call of this.#held.splice(0)) this.whenAwake(call);
  }

  whenAwake(call: () => void): void {
    if (this.#state === 'running') call();
    else if (this.#state === 'paused') this.#held.push(call);
  }

  /** Cuts the wire to the streams; returns how to mend it. It is whole again once all who have cut it have mended it. */
  cutStreams(): () => void {
    this.#cuts += 1;
    this.#streamsWire.cut();
    this.#streams.disconnect();
    return () => {
      this.#cuts -= 1;
      if (this.isDead || this.#cuts > 0) return;
      this.#streamsWire.mend();
      this.whenAwake(() => {
        this.#streams.reconnect();
      });
    };
  }

  /** Cuts the wire to the database; returns how to mend it. */
  cutDatabase(): () => void {
    this.#databaseWire.cut();
    this.part.database.abort(this.#owner);
    return () => {
      this.#databaseWire.mend();
    };
  }
}

import { commandStreamOf, streamOf, type ServiceName } from '@tocsin/contracts';
import type { ListeningController } from '../src/nest/listeners.ts';
import type { AnyEntityType } from '../src/step/entity-type.ts';
import { MemoryDatabase } from '../src/twin/memory-database.ts';
import type { MemoryServer } from '../src/twin/memory-server.ts';
import { TallyController, tally } from '../test/tally.ts';
import { Ledger } from './ledger.ts';
import type { Lottery } from './lottery.ts';
import { Reached, WatchedServer } from './reached.ts';
import { EPOCH_MS, SimProcess, type ServicePart, type Surroundings } from './sim-process.ts';
import { LISTENER, SPEAKER, ticker } from './story.ts';
import { VirtualTime } from './virtual-time.ts';
import { fineWeather } from './weather.ts';

/** For how long a server remembers message ids: so briefly that repeats come after it, or longer than the story. */
const DUPLICATE_WINDOWS_MS = [2_000, 120_000] as const;

/** Two services with two instances each, their databases, and the server of their lanes. */
export class SimHouse {
  readonly time = new VirtualTime();
  readonly server: MemoryServer;
  readonly weather = fineWeather();
  readonly speaker: Ledger;
  readonly listener: Ledger;
  readonly databaseSkew = { ms: 0 };
  readonly processSkew = { ms: 0 };
  /** What the processes said about themselves, newest last: the first thing to read when a seed fails. */
  readonly words: string[] = [];
  readonly reached = new Reached();
  readonly #lottery: Lottery;
  readonly #processes = new Map<string, SimProcess>();
  readonly #mends: (() => void)[] = [];
  #closures = 0;
  readonly #parts: ReadonlyMap<ServiceName, ServicePart>;

  constructor(lottery: Lottery) {
    this.#lottery = lottery;
    const isFenceFirst = lottery.chance(0.5);
    const manners = { duplicateWindowMs: lottery.pick(DUPLICATE_WINDOWS_MS), isFenceFirst };
    this.server = new WatchedServer(this.time, manners, this.reached);
    const speaker = this.#part(SPEAKER, [ticker], []);
    const hears = new Map([[SPEAKER, speaker.database.lane.lane_id]]);
    const listener = this.#part(LISTENER, [tally], [new TallyController()], hears);
    this.speaker = new Ledger(SPEAKER, speaker.database, this.server);
    this.listener = new Ledger(LISTENER, listener.database, this.server);
    this.#parts = new Map([
      [SPEAKER, speaker],
      [LISTENER, listener],
    ]);
    for (const service of [SPEAKER, LISTENER]) for (const number of [0, 1]) this.start(service, number);
  }

  get processes(): readonly SimProcess[] {
    return [...this.#processes.values()];
  }

  get databases(): readonly MemoryDatabase[] {
    return [this.speaker.database, this.listener.database];
  }

  /** The instance of a service that works now. */
  holder(service: ServiceName): SimProcess | undefined {
    return this.processes.find(({ part, isHolder, isPaused }) => part.service === service && isHolder && !isPaused);
  }

  start(service: ServiceName, number: number): void {
    const part = this.#parts.get(service);
    if (part === undefined) return;
    const name = `${service}-${number}`;
    const process = new SimProcess(name, part, this.#surroundings);
    this.#processes.set(name, process);
    if (this.#closures > 0) this.#mends.push(process.cutStreams());
  }

  /** The server of streams goes away, also for who starts meanwhile. Returns how it comes back. */
  closeStreams(): () => void {
    this.#closures += 1;
    if (this.#closures === 1)
      for (const process of this.processes) if (!process.isDead) this.#mends.push(process.cutStreams());
    return () => {
      this.#closures -= 1;
      if (this.#closures === 0) for (const mend of this.#mends.splice(0)) mend();
    };
  }

  /** The supervisor: whoever is dead is started again. */
  startDead(): void {
    for (const { name, part, isDead } of this.processes)
      if (isDead) this.start(part.service, Number(name.slice(part.service.length + 1)));
  }

  get #surroundings(): Surroundings {
    const note = (level: string) => (facts: object, message: string) => {
      this.reached.note(message);
      this.words.push(`${Math.round(this.time.monotonicMs())} ms ${level}: ${message} ${brief(facts)}`);
    };
    const log = { info: note('info'), warn: note('warn'), error: note('error') };
    const { time, server, weather, reached, processSkew: skew } = this;
    return { time, lottery: this.#lottery, weather, server, log, reached, skew };
  }

  #part(
    service: ServiceName,
    entities: readonly AnyEntityType[],
    controllers: readonly ListeningController[],
    lanes: ReadonlyMap<ServiceName, string> = new Map(),
  ): ServicePart {
    const { monotonicMs, after } = this.time;
    const time = { monotonicMs, after, wallMs: () => EPOCH_MS + monotonicMs() + this.databaseSkew.ms };
    const laneId = this.#lottery.uuid();
    const database = new MemoryDatabase({ time, lane: streamOf(service), laneId, consumer: service });
    this.server.add(streamOf(service));
    this.server.add(commandStreamOf(service));
    return { service, database, lanes, entities, controllers };
  }
}

const brief = (facts: object): string =>
  JSON.stringify(facts, (_, value: unknown) => (value instanceof Error ? value.message : value));

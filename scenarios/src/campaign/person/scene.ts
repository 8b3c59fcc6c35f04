import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServiceName } from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';
import { ROOT, type House } from '../house/house.ts';
import { until } from '../house/patience.ts';
import type { LaneStanding, Standing } from '../recovery/standing.ts';

const run = promisify(execFile);

/** How a service says that it stands still: it must name the position, the lane, and what to type. */
const HALTED = /^lane (?:\w+ )?halted at position \d+: .+; remedy: tocsin log repair (\w+)$/;

const HALTED_WITHIN_MS = 30_000;
const FLOWING_WITHIN_MS = 60_000;
const REPAIR_LIMIT_MS = 120_000;

/** A fault that needs a person: what it does, and what the person then does. */
export type Round = { readonly kind: string; readonly play: (scene: Scene) => Promise<void> };

/** The house of the rounds, and the person in it. */
export class Scene {
  readonly house: House;
  readonly #standing: Standing;
  #halted = 0;
  #repaired = 0;

  constructor(house: House, standing: Standing) {
    this.house = house;
    this.#standing = standing;
  }

  /** Lanes that stood still and said so as they must. */
  get halted(): number {
    return this.#halted;
  }

  get repaired(): number {
    return this.#repaired;
  }

  /** Counts a lane, or a stack, that stood still and said why. */
  countHalt(): void {
    this.#halted += 1;
  }

  /** Waits until `service` says that it stands still because of the lane of `spoken`. @throws {Error} when it does not. */
  async expectHalt(service: ServiceName, spoken: ServiceName): Promise<void> {
    await until(
      `${service} says that it stands still, where, and what to do about the lane of ${spoken}`,
      async () => {
        const obstacles = (await this.house.services.obstaclesOf(service)) ?? [];
        if (obstacles.some((obstacle) => HALTED.exec(obstacle)?.[1] === spoken)) return true;
        throw new Error(`It says: ${obstacles.join('; ') || 'nothing'}`);
      },
      HALTED_WITHIN_MS,
    );
    this.#halted += 1;
  }

  /** Does what the remedy says. @throws {Error} with what the command said. */
  async repair(service: ServiceName, ...flags: readonly string[]): Promise<void> {
    const { natsUrl, databaseUrl, directory } = this.house;
    await run(
      process.execPath,
      [join(ROOT, 'apps/cli/dist/src/main.js'), 'log', 'repair', service, '--yes', '--reason', 'campaign', ...flags],
      {
        cwd: ROOT,
        env: { ...process.env, NATS_URL: natsUrl, DATABASE_URL: databaseUrl, TOCSIN_DATA: directory },
        timeout: REPAIR_LIMIT_MS,
      },
    );
    this.#repaired += 1;
  }

  /** Waits until a lane has grown by `events`. */
  async flow(service: ServiceName, events: number): Promise<void> {
    const from = (await this.lane(service)).position;
    await until(
      `${service} has said ${events} more`,
      async () => (await this.lane(service)).position >= from + events,
      FLOWING_WITHIN_MS,
    );
  }

  async lane(service: ServiceName): Promise<LaneStanding> {
    const lane = (await this.#standing.read()).find((one) => one.service === service);
    if (lane === undefined) throw new Error(`${service} has a lane`);
    return lane;
  }

  /** Asks a service's own schema. */
  async query<Row extends object>(
    service: ServiceName,
    statement: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const database = new Database({
      url: this.house.databaseUrl,
      schema: service,
      applicationName: 'campaign',
      connectionsMax: 1,
      onIdleError: () => undefined,
    });
    try {
      return (await database.query<Row>(statement, values)).rows;
    } finally {
      await database.close();
    }
  }
}

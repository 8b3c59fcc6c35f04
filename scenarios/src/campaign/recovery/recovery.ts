import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '@tocsin/contracts';
import type { Services } from '../house/services.ts';
import type { LaneStanding, Standing } from './standing.ts';

/** A fault that is over, and how long it took until nobody could tell. */
export type Recovered = { readonly kind: string; readonly seconds: number };

type Wound = {
  readonly kind: string;
  readonly services: readonly ServiceName[];
  readonly sinceMs: number;
  inserted: ReadonlyMap<ServiceName, number> | null;
  positions: ReadonlyMap<ServiceName, number> | null;
};

const POLL_MS = 200;

/**
 * Measures recovery: from the end of a fault until everything that was committed by then has a position and was heard by
 * everybody, and the services that were hit say that they are ready.
 */
export class RecoveryWatch {
  readonly #standing: Standing;
  readonly #services: Services;
  readonly #recovered: Recovered[] = [];
  #wounds: Wound[] = [];
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(standing: Standing, services: Services) {
    this.#standing = standing;
    this.#services = services;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  /** Says that a fault has just ended. */
  begin(kind: string, services: readonly ServiceName[]): void {
    this.#wounds.push({ kind, services, sinceMs: performance.now(), inserted: null, positions: null });
  }

  get recovered(): readonly Recovered[] {
    return this.#recovered;
  }

  /** The kinds of what has not healed yet, each with its seconds. */
  get open(): readonly string[] {
    return this.#wounds.map(({ kind, sinceMs }) => `${kind} (${seconds(sinceMs)} s)`);
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      if (this.#wounds.length > 0) await this.#look();
      await pause(POLL_MS);
    }
  }

  async #look(): Promise<void> {
    let lanes: readonly LaneStanding[];
    try {
      lanes = await this.#standing.read();
    } catch {
      return; // PostgreSQL is away: nothing has healed meanwhile.
    }
    for (const wound of this.#wounds) {
      if (!isHeard(wound, lanes) || !(await this.#areReady(wound.services))) continue;
      this.#recovered.push({ kind: wound.kind, seconds: seconds(wound.sinceMs) });
      this.#wounds = this.#wounds.filter((other) => other !== wound);
    }
  }

  async #areReady(services: readonly ServiceName[]): Promise<boolean> {
    const obstacles = await Promise.all(services.map((service) => this.#services.obstaclesOf(service)));
    return obstacles.every((reasons) => reasons?.length === 0);
  }
}

function isHeard(wound: Wound, lanes: readonly LaneStanding[]): boolean {
  const { inserted } = wound;
  if (inserted === null) {
    wound.inserted = new Map(lanes.map((lane) => [lane.service, lane.inserted]));
    return false;
  }
  const areNumbered = lanes.every(
    ({ service, unnumbered }) => unnumbered === null || unnumbered > (inserted.get(service) ?? 0),
  );
  if (wound.positions === null && areNumbered)
    wound.positions = new Map(lanes.map(({ service, position }) => [service, position]));
  const { positions } = wound;
  return (
    positions !== null && lanes.every(({ service, heard }) => heard.every((at) => at >= (positions.get(service) ?? 0)))
  );
}

const seconds = (sinceMs: number): number => Math.round((performance.now() - sinceMs) / 100) / 10;

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { streamOf } from '@tocsin/contracts';
import { LEASE_MS } from '../lane/lease.ts';
import { confirmLease, releaseLease, renewLease, takeLease, type LeaseClaim } from '../lane/lease-row.ts';
import type { WallClock } from '../liveness/wall-clock.ts';
import type { Sql } from '../postgres/sql.ts';
import type { LaneAccess } from './lane-access.ts';
import { RepairRefused } from './refusal.ts';

/** By this a holder of a lane is known to be a repair, and not a relay. */
const REPAIR = 'repair-';
const RENEW_EVERY_MS = 1_000;
/** A repair that was killed keeps its lease for as long as one lasts. */
const WAIT_MAX_MS = LEASE_MS + 1_000;
const LOOK_EVERY_MS = 250;

/**
 * The lane's lease in the hands of a repair. It is taken from a relay by force, because a halted one keeps it for ever;
 * the fence keeps that relay from numbering, and what it might still publish is what the repair publishes too.
 */
export class LaneHold {
  readonly instance: string;
  readonly boot: string;
  readonly #access: LaneAccess;
  readonly #time: WallClock;
  readonly #claim: LeaseClaim;
  readonly #fence: number;
  #isLost = false;
  #isReleased = false;
  #cancelRenewal: () => void = () => undefined;

  private constructor(access: LaneAccess, time: WallClock, claim: LeaseClaim, fence: number) {
    this.#access = access;
    this.#time = time;
    this.#claim = claim;
    this.#fence = fence;
    this.instance = claim.instance;
    this.boot = claim.boot;
    this.#renewLater();
  }

  /** @throws {RepairRefused} when another repair is at work. */
  static async take(access: LaneAccess, time: WallClock): Promise<LaneHold> {
    const boot = randomUUID();
    const claim: LeaseClaim = {
      table: 'lane',
      name: streamOf(access.service),
      // Unlike a relay's, a name of this one run: nobody takes a lane over from a repair that lives.
      instance: `${REPAIR}${hostname()}-${boot.slice(0, 8)}`,
      boot,
      leaseMs: LEASE_MS,
    };
    const giveUpAt = time.monotonicMs() + WAIT_MAX_MS;
    for (;;) {
      const fence = await access.database.transaction(async (sql) => {
        await evictRelay(sql, claim);
        return takeLease(sql, claim);
      });
      if (fence !== null) return new LaneHold(access, time, claim, fence);
      if (time.monotonicMs() > giveUpAt)
        throw new RepairRefused(
          `another repair of lane ${claim.name} is at work`,
          'Wait until it has ended; a repair that was killed gives the lane back after three seconds.',
        );
      await new Promise<void>((resolve) => time.after(LOOK_EVERY_MS, resolve));
    }
  }

  /** Proves that the lane is still held. @throws {Error} when somebody has taken it: then nothing more may be done. */
  async confirm(): Promise<void> {
    await this.write(() => Promise.resolve());
  }

  /** Writes to the service's tables, as long as the lane is held. */
  async write(work: (sql: Sql) => Promise<void>): Promise<void> {
    await this.#access.database.transaction(async (sql) => {
      if (this.#isLost || !(await confirmLease(sql, this.#claim, this.#fence)))
        throw new Error(`the lease of lane ${this.#claim.name} was lost while it was being repaired; repair again`);
      await work(sql);
    });
  }

  /** Gives the lane back to the relay of its service. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#cancelRenewal();
    await releaseLease(this.#access.database, this.#claim, this.#fence);
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#time.after(RENEW_EVERY_MS, () => void this.#renew());
  }

  /** A renewal that fails is tried again; whether the lane is still held is proved where it matters. */
  async #renew(): Promise<void> {
    try {
      if (!(await renewLease(this.#access.database, this.#claim, this.#fence))) this.#isLost = true;
    } catch {
      // The database did not answer; the next renewal, or the next proof, tells.
    }
    if (!this.#isLost && !this.#isReleased) this.#renewLater();
  }
}

/** Takes the lane from whoever holds it, but for another repair. */
async function evictRelay(sql: Sql, { name }: LeaseClaim): Promise<void> {
  await sql.query(
    `UPDATE lane SET holder = NULL, boot = NULL, lease_until = NULL, fence = fence + 1
     WHERE name = $1 AND holder IS NOT NULL AND holder NOT LIKE $2`,
    [name, `${REPAIR}%`],
  );
}

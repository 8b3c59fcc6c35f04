import type { Store, Tables } from '../store/tables.ts';
import type { LeaseClaim } from './lease-row.ts';

/** How long a holder may be silent before another instance takes over; liveness only, never safety. */
export const LEASE_MS = 3_000;

/**
 * One stretch of holding a lease, the same number for nobody else and never again. What was seen in one is worth nothing
 * in another: somebody may have worked in between.
 */
export type Tenure = number;

export type LeaseOptions = Omit<LeaseClaim, 'leaseMs'>;

/** A claim on one row. Whoever holds it may work; the fence number is what keeps a zombie from writing. */
export class Lease {
  readonly #claim: LeaseClaim;
  #fence: Tenure | null = null;
  #retakeAfter = 0;

  constructor(options: LeaseOptions) {
    this.#claim = { ...options, leaseMs: LEASE_MS };
  }

  /** Whether this process believes that it holds the lease; only `confirm` is proof. */
  get isHeld(): boolean {
    return this.#fence !== null;
  }

  /** The stretch in which this process believes that it holds the lease; null while it does not. */
  get tenure(): Tenure | null {
    return this.#fence;
  }

  /** Takes the lease where it is free, expired or this instance's own; renews it where it is held. */
  async takeOrRenew(store: Store, monotonicMs: number): Promise<boolean> {
    if (this.#fence !== null) {
      if (!(await store.renewLease(this.#claim, this.#fence))) this.lose(monotonicMs);
    } else if (monotonicMs >= this.#retakeAfter) {
      this.#fence = await store.takeLease(this.#claim);
    }
    return this.isHeld;
  }

  /** Locks the row and proves, inside the transaction, that the lease is still ours. */
  confirm(tables: Tables): Promise<boolean> {
    return tables.confirmLease(this.#claim, this.#fence);
  }

  /** Steps down. Two processes of one name must not take the lease from each other in turns, so it waits a while. */
  lose(monotonicMs: number): void {
    this.#fence = null;
    this.#retakeAfter = monotonicMs + LEASE_MS;
  }

  /** Gives the lease back, so that a successor need not wait for it to expire. */
  async release(store: Store): Promise<void> {
    if (this.#fence === null) return;
    await store.releaseLease(this.#claim, this.#fence);
    this.#fence = null;
  }
}

import type { Instant } from '@tocsin/domain-kit';

/** What a provider was used for since it was last metered. */
export type Usage = { readonly requests: number; readonly errors: number; readonly quotaLeft: number | null };

/** A provider whose use is told from time to time. */
export type Metered = {
  readonly name: string;
  /** Since when its key has been in use; null where it has none. */
  readonly keySince: Instant | null;
  /** Returns what was used since the last call of this. */
  readonly takeUsage: () => Usage;
};

/** Counts how one provider is used. */
export class UsageMeter {
  readonly #configuredQuota: () => number | null;
  #counts = { requests: 0, errors: 0 };
  #toldQuota: number | null = null;

  /** `configuredQuota` is what is left of the limit that the configuration sets; null where it sets none. */
  constructor(configuredQuota: () => number | null) {
    this.#configuredQuota = configuredQuota;
  }

  /** `toldQuota` is what the provider says is left; null where it does not say. */
  count(requests: number, hasFailed: boolean, toldQuota: number | null = null): void {
    this.#counts = { requests: this.#counts.requests + requests, errors: this.#counts.errors + Number(hasFailed) };
    this.#toldQuota = toldQuota ?? this.#toldQuota;
  }

  take(): Usage {
    const usage = { ...this.#counts, quotaLeft: this.#toldQuota ?? this.#configuredQuota() };
    this.#counts = { requests: 0, errors: 0 };
    return usage;
  }
}

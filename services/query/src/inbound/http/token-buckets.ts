/** How much one caller may ask for. */
export type Limit = { readonly perMinute: number; readonly burst: number };

/** What a caller has left; `waitS` is 0 where the request is allowed. */
export type Allowance = { readonly remaining: number; readonly waitS: number; readonly fullInS: number };

type Bucket = { tokens: number; atMs: number };

/** More callers than this are not told apart; those not heard of for longest are forgotten, which only favours them. */
const CALLERS_MAX = 10_000;

/** One token bucket per caller. It fills by the clock that it is given, in milliseconds that never run backwards. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #perMs: number;

  constructor(
    readonly limit: Limit,
    private readonly callersMax = CALLERS_MAX,
  ) {
    this.#perMs = limit.perMinute / 60_000;
  }

  /** Takes one token of the caller's, if there is one. */
  take(caller: string, nowMs: number): Allowance {
    const { burst } = this.limit;
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
    const filled = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) * this.#perMs);
    const isAllowed = filled >= 1;
    const tokens = isAllowed ? filled - 1 : filled;
    this.#remember(caller, { tokens, atMs: nowMs });
    return {
      remaining: Math.floor(tokens),
      waitS: isAllowed ? 0 : Math.ceil((1 - tokens) / this.#perMs / 1_000),
      fullInS: Math.ceil((burst - tokens) / this.#perMs / 1_000),
    };
  }

  /** Keeps callers in the order in which they were last heard. */
  #remember(caller: string, bucket: Bucket): void {
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size <= this.callersMax) return;
    for (const longestSilent of this.#buckets.keys()) {
      this.#buckets.delete(longestSilent);
      return;
    }
  }
}

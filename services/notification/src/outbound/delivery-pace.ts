import type { ChannelKind, Rate } from '@tocsin/contracts';
import {
  afterTaking,
  filled,
  fullBucket,
  HOUSE_RATE,
  roomIn,
  type Bucket,
  type Weight,
} from '../domain/deliveries/bucket.ts';
import type { Room } from '../domain/deliveries/send-plan.ts';

/** What is known of a channel's pace. */
export type PacedChannel = { readonly id: string; readonly kind: ChannelKind; readonly rate: Rate };

/** What some services take beside the rate that a channel is given. Source: Discord, "Rate limits" of webhooks. */
const KIND_RATES: Readonly<Partial<Record<ChannelKind, readonly Rate[]>>> = {
  discord: [{ messages: 30, perMs: 60_000 }],
};

/**
 * How many messages each channel takes now. It is this instance's own memory: after a takeover buckets are full again,
 * and a receiver that finds that too much says so.
 */
export class DeliveryPace {
  readonly #nowMs: () => number;
  readonly #channels = new Map<string, readonly Bucket[]>();
  #house: Bucket;

  /** `nowMs` is a monotonic clock, and `houseRate` what leaves the house over all channels. */
  constructor(nowMs: () => number, houseRate: Rate = HOUSE_RATE) {
    this.#nowMs = nowMs;
    this.#house = fullBucket(houseRate, nowMs());
  }

  room(channel: PacedChannel): Room {
    const buckets = this.#bucketsOf(channel);
    const room = (weight: Weight): number => Math.max(0, Math.min(...buckets.map((bucket) => roomIn(bucket, weight))));
    return { critical: room('critical'), ordinary: room('ordinary') };
  }

  take(channel: PacedChannel, weight: Weight): void {
    const buckets = this.#bucketsOf(channel).map((bucket) => afterTaking(bucket, weight));
    if (!leavesTheHouse(channel)) {
      this.#channels.set(channel.id, buckets);
      return;
    }
    const [house = this.#house, ...own] = buckets;
    this.#house = house;
    this.#channels.set(channel.id, own);
  }

  /** The house's own first, where the channel leads out of it. */
  #bucketsOf(channel: PacedChannel): readonly Bucket[] {
    const nowMs = this.#nowMs();
    const rates = [channel.rate, ...(KIND_RATES[channel.kind] ?? [])];
    const known = this.#channels.get(channel.id) ?? [];
    const own = rates.map((rate, index) => {
      const bucket = known[index];
      const isTheSame = bucket?.rate.messages === rate.messages && bucket.rate.perMs === rate.perMs;
      return isTheSame ? filled(bucket, nowMs) : fullBucket(rate, nowMs);
    });
    return leavesTheHouse(channel) ? [filled(this.#house, nowMs), ...own] : own;
  }
}

/** The house's rate spares others; the log is our own. */
const leavesTheHouse = ({ kind }: PacedChannel): boolean => kind !== 'log';

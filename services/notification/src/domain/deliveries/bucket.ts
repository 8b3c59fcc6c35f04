import type { Rate } from '@tocsin/contracts';

/**
 * A token bucket with a fifth kept for CRITICAL: what matters less has a smaller bucket of its own inside it, which also
 * fills more slowly, so that it never has more than four fifths of what the channel takes, be it at once or in the long
 * run. Moments are milliseconds of a monotonic clock; tokens have fractions while they grow.
 */
export type Bucket = {
  readonly rate: Rate;
  readonly tokens: number;
  /** How many of them may go to what is not CRITICAL. */
  readonly ordinaryTokens: number;
  readonly atMs: number;
};

/** What a message may be made of: CRITICAL may take all there is. */
export type Weight = 'critical' | 'ordinary';

/** The part of a bucket, and of what flows into it, that is for what is not CRITICAL. */
const ORDINARY_PART = 0.8;

/** A bucket of one message has nothing to keep back; what matters less still gets only four fifths of its flow. */
const ordinarySize = ({ messages }: Rate): number => Math.max(1, Math.floor(messages * ORDINARY_PART));

/** What the house as a whole sends, whatever its channels take, where nobody says otherwise: the brief's figure. */
export const HOUSE_RATE: Rate = { messages: 60, perMs: 60_000 };

export const fullBucket = (rate: Rate, atMs: number): Bucket => ({
  rate,
  tokens: rate.messages,
  ordinaryTokens: ordinarySize(rate),
  atMs,
});

/** The bucket at a later moment; an earlier one changes nothing. */
export function filled(bucket: Bucket, atMs: number): Bucket {
  const { rate, tokens, ordinaryTokens } = bucket;
  if (atMs <= bucket.atMs) return bucket;
  const flow = ((atMs - bucket.atMs) * rate.messages) / rate.perMs;
  return {
    rate,
    tokens: Math.min(rate.messages, tokens + flow),
    ordinaryTokens: Math.min(ordinarySize(rate), ordinaryTokens + flow * ORDINARY_PART),
    atMs,
  };
}

/** How many messages the bucket takes now. */
export function roomIn({ tokens, ordinaryTokens }: Bucket, weight: Weight): number {
  return Math.floor(weight === 'critical' ? tokens : Math.min(tokens, ordinaryTokens));
}

/** The bucket after a message; it may be in debt for one that was sent all the same. */
export function afterTaking(bucket: Bucket, weight: Weight): Bucket {
  const { tokens, ordinaryTokens } = bucket;
  return { ...bucket, tokens: tokens - 1, ordinaryTokens: weight === 'critical' ? ordinaryTokens : ordinaryTokens - 1 };
}

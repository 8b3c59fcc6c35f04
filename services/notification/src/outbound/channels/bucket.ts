import type { ChannelPolicy } from '@tocsin/contracts';
import type { CallerOptions } from '@tocsin/outbound';

/** Bottleneck refills its buckets in steps of this length. */
const REFILL_MS = 250;

/** Rounded up to whole refills, so that it never lets more through than the policy says. */
export const bucketOf = ({ messages, perMs }: ChannelPolicy['rate']): NonNullable<CallerOptions['rate']> => ({
  calls: messages,
  perMs: Math.ceil(perMs / REFILL_MS) * REFILL_MS,
});

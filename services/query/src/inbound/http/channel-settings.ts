import type { ChannelSettings, ChannelTarget, SecretRef } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { WrittenChannel } from './channel-requests.ts';

/** What each kind takes without complaint, by its own documentation or, for the rest, by good manners. */
const RATES = {
  webhook: { messages: 10, perMs: 1_000 },
  slack: { messages: 1, perMs: 1_000 },
  discord: { messages: 5, perMs: 2_000 },
  email: { messages: 60, perMs: 60_000 },
  pagerduty: { messages: 60, perMs: 60_000 },
  ntfy: { messages: 60, perMs: 60_000 },
  alertmanager: { messages: 10, perMs: 1_000 },
} as const satisfies Record<ChannelTarget['kind'], ChannelSettings['rate']>;

/** A channel as it goes on from here: what was left out is filled in, and secrets are names. */
export function settingsOf(channel: WrittenChannel, secretRefs: readonly SecretRef[]): ChannelSettings {
  const { name, target, enabled = true, events = [], min_level: minLevel = 'INFO', rate } = channel;
  const { success = 'restoration', signals = false, standby = false } = channel;
  return {
    ...{ name, enabled, events, minLevel, success, signals, standby, target, secretRefs },
    rate: rate === undefined ? RATES[target.kind] : { messages: rate.messages, perMs: rate.per_ms },
  };
}

/**
 * The version that a change goes on from: the one that its caller has seen, or else the newest that is known here. Where
 * what is known here lags behind the caller, so do the secrets that the change would keep, and it must not hold.
 */
export const basisOf = (seen: number | null, known: number): number => (seen === null ? known : Math.min(seen, known));

/** A channel has at most so many secrets; the oldest go first. */
const SECRETS_MAX = 4;

/**
 * The secrets of a channel after a change: those that it has, or the new one and, until a moment, what it had before.
 * An earlier end stands: nothing becomes good for longer by a change.
 */
export function secretsAfter(
  earlier: readonly SecretRef[],
  ref: string | null,
  { earlier_secrets_until: until }: WrittenChannel,
): readonly SecretRef[] {
  if (ref === null) return earlier;
  if (until === undefined) return [{ ref, until: null }];
  const end = instant(until);
  const kept = earlier.filter((secret) => secret.ref !== ref);
  const ending = kept.map((secret) => ({
    ref: secret.ref,
    until: secret.until === null || secret.until > end ? end : secret.until,
  }));
  return [{ ref, until: null }, ...ending].slice(0, SECRETS_MAX);
}

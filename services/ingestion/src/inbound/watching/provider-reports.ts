import { plusMs, type Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import type { BreakerChange } from '@tocsin/outbound';
import type { ObserveCalls, ProviderState } from '../../domain/provider.decider.ts';
import { provider as entity } from '../../provider.entity.ts';
import type { Metered } from './usage.ts';

const METER_EVERY_MS = 60_000;

/** That the breaker of a provider's calls has moved is a fact about the provider. */
export function callsObservation(name: string, change: BreakerChange, at: Instant): Observation {
  const { state: breaker, answered, failed, openMs } = change;
  const data: ObserveCalls['data'] =
    breaker === 'open'
      ? { provider: name, breaker, answered, failed: Math.max(1, failed), probesAt: plusMs(at, openMs), at }
      : { provider: name, breaker, at };
  return observation(`calls:${name}:${breaker}@${at}`, name, at, { type: 'ObserveCalls', data });
}

/** A process begins with all breakers closed, whatever an earlier one left. */
export const closedAgain = (providers: ReadonlyMap<string, ProviderState>, at: Instant): readonly Observation[] =>
  [...providers]
    .filter(([, { breaker }]) => breaker !== 'closed')
    .map(([name]) => callsObservation(name, { state: 'closed', answered: 0, failed: 0, openMs: 0 }, at));

/** Tells once a minute how providers were used. */
export class Metering {
  #meteredAt: Instant | null = null;

  /** What is to be told at `now`; nothing about providers that were not used. */
  observe(metered: Iterable<Metered>, now: Instant): readonly Observation[] {
    this.#meteredAt ??= now;
    if (now < plusMs(this.#meteredAt, METER_EVERY_MS)) return [];
    const fromAt = this.#meteredAt;
    this.#meteredAt = now;
    return usageObservations(metered, fromAt, now);
  }
}

function usageObservations(metered: Iterable<Metered>, fromAt: Instant, at: Instant): readonly Observation[] {
  return [...metered].flatMap(({ name, keySince, takeUsage }) => {
    const { requests, errors, quotaLeft } = takeUsage();
    if (requests === 0 && errors === 0) return [];
    const data = { provider: name, requests, errors, quotaLeft, keySince, fromAt, at };
    return [observation(`meter:${name}@${at}`, name, at, { type: 'MeterProvider', data })];
  });
}

const observation = (
  causeId: string,
  name: string,
  at: Instant,
  command: Parameters<typeof entity.decider.decide>[0],
): Observation => ({ causeId, time: at, intentions: [to(entity, name, command)] });

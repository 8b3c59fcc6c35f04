import { plusMs, type Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import type { ObserveCalls, ProviderState } from '../../domain/provider.decider.ts';
import { provider as entity } from '../../provider.entity.ts';
import type { Desk } from './desk.ts';

/** How the breaker of the calls to one provider has moved. */
export type CallsChange = {
  readonly breaker: 'open' | 'half-open' | 'closed';
  /** Calls of the breaker's window. */
  readonly answered: number;
  readonly failed: number;
  /** How long it stays open. */
  readonly openMs: number;
};

/** That the breaker of a provider's calls has moved is a fact about the provider. */
export function callsObservation(name: string, change: CallsChange, at: Instant): Observation {
  const { breaker, answered, failed, openMs } = change;
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
    .map(([name]) => callsObservation(name, { breaker: 'closed', answered: 0, failed: 0, openMs: 0 }, at));

/** How providers were used since `fromAt`; nothing about those that were not. */
export function usageObservations(desks: Iterable<Desk>, fromAt: Instant, at: Instant): readonly Observation[] {
  return [...desks].flatMap((desk) => {
    const { requests, errors, quotaLeft } = desk.takeUsage();
    if (requests === 0 && errors === 0) return [];
    const { name, keySince } = desk;
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

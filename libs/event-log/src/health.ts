import type { ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { RelayHealth } from './lane/relay.ts';
import type { ConsumerHealth } from './step/consumer.ts';

/** How a service stands with the log, in the words of readiness and metrics. */
export type EventLogHealth = {
  readonly service: ServiceName;
  /** Whether this instance works or stands by. */
  readonly isHolder: boolean;
  /** The service's time. */
  readonly now: Instant;
  /** What keeps the service from being ready, with the remedy where a person is needed; empty when it is. */
  readonly obstacles: readonly string[];
  readonly relay: RelayHealth;
  readonly consumer: ConsumerHealth;
};

/** A service that is further behind than this is not ready: its answers would be old. */
const LAG_EVENTS_MAX = 5_000;

export function healthOf(
  service: ServiceName,
  relay: RelayHealth,
  consumer: ConsumerHealth,
  now: Instant,
): EventLogHealth {
  const isHolder = consumer.isHolder;
  const obstacles = isHolder ? [...relayObstacles(relay), ...consumerObstacles(consumer)] : [];
  return { service, isHolder, now, obstacles, relay, consumer };
}

function relayObstacles({ halt, waitingFor, isHolder }: RelayHealth): readonly string[] {
  if (halt !== null) return [`lane halted at position ${halt.position}: ${halt.because}; remedy: ${halt.remedy}`];
  return isHolder && waitingFor !== null ? [`relay waits for ${waitingFor}`] : [];
}

function consumerObstacles({
  waitingFor,
  lanes,
  commandTrouble,
  parkedEvents,
  parkedKeys,
  steps,
}: ConsumerHealth): readonly string[] {
  return [
    ...(waitingFor === null ? [] : [`steps wait: ${waitingFor}`]),
    ...(commandTrouble === null ? [] : [`requests: ${commandTrouble}`]),
    ...(parkedEvents === 0 ? [] : [`${parkedEvents} messages are parked: ${namesOf(parkedKeys)}`]),
    ...(steps.failedDecisions === 0
      ? []
      : [`${steps.failedDecisions} decisions failed; the log of this process says which`]),
    ...lanes.flatMap(({ lane, halt, trouble, lagEvents }) => [
      ...(halt === null
        ? []
        : [`lane ${lane} halted at position ${halt.position}: ${halt.because}; remedy: ${halt.remedy}`]),
      ...(trouble === null ? [] : [`lane ${lane}: ${trouble}`]),
      ...(lagEvents > LAG_EVENTS_MAX ? [`lane ${lane} is ${lagEvents} events behind`] : []),
    ]),
  ];
}

const namesOf = (keys: ConsumerHealth['parkedKeys']): string =>
  [...new Set(keys.map(({ entity, key }) => `${entity}/${key}`))].join(', ');

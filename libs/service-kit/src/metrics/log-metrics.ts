import type { EventLogHealth } from '@tocsin/event-log';
import { Summary, type Registry } from 'prom-client';
import { registerGauge } from './gauge.ts';

/** What the metrics read the log's health from; null while the log is not open. */
export type HealthReader = () => EventLogHealth | null;

/** Registers what the log says of itself. It is read when somebody asks, so it costs the steps nothing. */
export function registerLogMetrics(registry: Registry, read: HealthReader): void {
  registerGauge(registry, {
    name: 'tocsin_lane_lag_events',
    help: 'Events of a lane that the service has not heard yet.',
    labelNames: ['lane'],
    read: (set) => {
      for (const { lane, lagEvents } of read()?.consumer.lanes ?? []) set({ lane }, lagEvents);
    },
  });
  registerGauge(registry, {
    name: 'tocsin_lane_halted',
    help: '1 where a lane waits for a person.',
    labelNames: ['lane'],
    read: (set) => {
      const health = read();
      for (const { lane, halt } of health?.consumer.lanes ?? []) set({ lane }, halt === null ? 0 : 1);
      if (health) set({ lane: `own:${health.service}` }, health.relay.halt === null ? 0 : 1);
    },
  });
  registerGauge(registry, {
    name: 'tocsin_journal_unpublished',
    help: 'Events with a position that the log has not acknowledged.',
    labelNames: [],
    read: (set) => {
      const health = read();
      if (health?.relay.isHolder) set({}, health.relay.position - health.relay.published);
    },
  });
  registerGauge(registry, {
    name: 'tocsin_log_tail_losses',
    help: 'Events that the log had acknowledged, lost, and was given again.',
    labelNames: [],
    read: (set) => {
      const health = read();
      if (health) set({}, health.relay.tailLosses);
    },
  });
  registerGauge(registry, {
    name: 'tocsin_parked_events',
    help: 'Messages set aside with their key.',
    labelNames: [],
    read: (set) => {
      const health = read();
      if (health) set({}, health.consumer.parkedEvents);
    },
  });
  registerGauge(registry, {
    name: 'tocsin_is_holder',
    help: '1 in the process of a service that works, 0 in those that stand by.',
    labelNames: [],
    read: (set) => {
      const health = read();
      if (health) set({}, health.isHolder ? 1 : 0);
    },
  });
  registry.registerMetric(
    new Totals('tocsin_step_duration_seconds', 'Steps of the service, and the seconds they took.', () => {
      const { count = 0, secondsTotal: sum = 0 } = read()?.consumer.steps ?? {};
      return { count, sum };
    }),
  );
  registry.registerMetric(
    new Totals('tocsin_step_events', 'Steps of the service, and the events that they applied.', () => {
      const { count = 0, events: sum = 0 } = read()?.consumer.steps ?? {};
      return { count, sum };
    }),
  );
}

/** A summary of which only sum and count are kept, and kept elsewhere. */
class Totals extends Summary {
  readonly #name: string;
  readonly #read: () => { readonly count: number; readonly sum: number };

  constructor(name: string, help: string, read: () => { readonly count: number; readonly sum: number }) {
    super({ name, help, percentiles: [], registers: [] });
    this.#name = name;
    this.#read = read;
  }

  override async get(): ReturnType<Summary['get']> {
    const { count, sum } = this.#read();
    return {
      ...(await super.get()),
      values: [
        { metricName: `${this.#name}_sum`, labels: {}, value: sum },
        { metricName: `${this.#name}_count`, labels: {}, value: count },
      ],
    };
  }
}

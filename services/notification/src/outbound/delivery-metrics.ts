import type { AnyEvent } from '@tocsin/contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveryChannel } from './channels/channel.ts';

/** How a breaker's state is a number: the higher, the worse. */
const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** After these nothing follows; what a person redrives comes to another end of its own. */
const FINAL: ReadonlyMap<string, string> = new Map([
  ['DeliverySucceeded', 'succeeded'],
  ['DeliveryUnknown', 'unknown'],
  ['DeliveryDeadLettered', 'dead-lettered'],
  ['DeliveryGathered', 'gathered'],
  ['DeliveryWithdrawn', 'withdrawn'],
]);

/** Counts outcomes by the facts that they became, so that metrics and log cannot disagree. */
export class DeliveryMetrics {
  readonly #attempts: Counter<'channel' | 'result'>;
  readonly #final: Counter<'result'>;

  /** `channels` are those that are there when the metrics are read. */
  constructor(registry: Registry, channels: () => readonly DeliveryChannel[]) {
    const registers = [registry];
    this.#attempts = new Counter({
      name: 'tocsin_notification_attempts_total',
      help: 'Attempts to deliver, by how they ended.',
      labelNames: ['channel', 'result'],
      registers,
    });
    this.#final = new Counter({
      name: 'tocsin_notifications_final_total',
      help: 'Notifications that are over, by how they ended.',
      labelNames: ['result'],
      registers,
    });
    const targets = () => channels().flatMap((channel) => channel.stats?.() ?? []);
    new Gauge({
      name: 'tocsin_circuit_breaker_state',
      help: '0 closed, 1 trying again, 2 open.',
      labelNames: ['target'],
      registers,
      collect() {
        for (const { target, breaker } of targets()) this.set({ target }, BREAKER_STATES[breaker]);
      },
    });
    new Counter({
      name: 'tocsin_circuit_breaker_failures_total',
      help: 'Calls that speak for opening the breaker of their target.',
      labelNames: ['target'],
      registers,
      collect() {
        this.reset();
        for (const { target, outcomes } of targets()) this.inc({ target }, outcomes.unreachable + outcomes.timeout);
      },
    });
  }

  count(facts: readonly AnyEvent[]): void {
    for (const { type, data } of facts) {
      if (type === 'DeliveryFailed') this.#attempts.inc({ channel: data.channelId, result: data.errorCode });
      if (type === 'DeliverySucceeded') this.#attempts.inc({ channel: data.channelId, result: 'SUCCEEDED' });
      const result = FINAL.get(type);
      if (result !== undefined) this.#final.inc({ result });
    }
  }
}

import type { EpisodeRaised } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Agent, request } from 'undici';
import { measure, WrongResult, type Measured, type Measurement } from '../log/measurement.ts';
import { Desk, episode } from './desk.ts';
import { Receiver } from './receiver.ts';

const AT = instant('2026-01-05T00:00:01.000Z');

/** The rise of an episode to CRITICAL, which is told at once. */
export const raised = (number: number, provider?: string): EpisodeRaised => ({
  type: 'EpisodeRaised',
  data: {
    ...episode(number, provider),
    from: 'INFO',
    to: 'CRITICAL',
    cause: 'Since its last good bar: 3 bars failed.',
    causeEventIds: [],
    reopenOf: null,
    at: AT,
  },
});

/** As many bytes as one of our webhooks has, give or take. */
const BODY = JSON.stringify({
  type: 'tocsin.notification.escalation',
  data: { level: 'CRITICAL', text: 'x'.repeat(700) },
});

/** Deliveries to a receiver on this machine, each written down before and after, beside a loop that writes nothing down. */
export async function benchDeliveries(rounds: number, deliveries: number): Promise<Measured> {
  const desk = await Desk.open();
  const bare = await Receiver.open();
  const agent = new Agent({ connections: 1, pipelining: 1 });
  let next = 0;
  const measurement: Measurement = {
    title: 'deliveries: a webhook each, on one channel',
    unit: 'deliveries/s',
    note: 'Ours begins when escalation says that the episodes rose, and ends when the receiver has every one of them; each attempt is committed before it is made, and its outcome after.',
    goals: [],
    ways: [
      {
        name: 'a bare undici loop',
        kind: 'limit',
        events: deliveries,
        run: async () => {
          const before = bare.accepted.length;
          const startedMs = performance.now();
          for (let index = 0; index < deliveries; index += 1) {
            const headers = { 'content-type': 'application/json', 'webhook-id': `bare:${index}` };
            const { body } = await request(bare.url, { method: 'POST', headers, body: BODY, dispatcher: agent });
            await body.dump();
          }
          if (bare.accepted.length - before !== deliveries) throw new WrongResult('not every request arrived once');
          return (performance.now() - startedMs) / 1_000;
        },
      },
      {
        name: 'ours, from a raised episode to its receiver',
        kind: 'ours',
        events: deliveries,
        run: async () => {
          const before = desk.receiver.accepted.length;
          const events = Array.from({ length: deliveries }, (_, index) => raised(next + index, `alone${next + index}`));
          next += deliveries;
          const startedMs = performance.now();
          await desk.say(...events);
          await desk.until('every delivery arrived', () => toldOf(desk, before) >= deliveries);
          const seconds = (performance.now() - startedMs) / 1_000;
          const ids = desk.receiver.accepted.map(({ id }) => id);
          if (new Set(ids).size !== ids.length) throw new WrongResult('a receiver was told the same twice');
          return seconds;
        },
      },
    ],
    close: async () => {
      await agent.close();
      bare.close();
      await desk.close();
    },
  };
  try {
    return await measure(measurement, rounds);
  } finally {
    await measurement.close();
  }
}

const toldOf = ({ receiver }: Desk, before: number): number => receiver.accepted.length - before;

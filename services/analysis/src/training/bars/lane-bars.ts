import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, streamOf, type AnyEvent } from '@tocsin/contracts';
import { toNumber, type Instant, type Pair } from '@tocsin/domain-kit';
import type { BarWindow, PriceBar } from '../../domain/bar-window.ts';

const READ_AT_ONCE = 1_000;
const WAIT_MS = 5_000;

/** Bars to train on, oldest first, and whether any of them were made up by a simulation. */
export interface TrainingBars {
  readonly bars: BarWindow;
  readonly simulated: boolean;
}

/** Reads all bars of one feed from the log, each as it was told last. */
export async function readLaneBars(natsUrl: string, pair: Pair): Promise<TrainingBars> {
  const nats = await connect({ servers: natsUrl, name: 'train' });
  try {
    const bars = new Map<Instant, PriceBar>();
    let simulated = false;
    for (const event of await factsAbout(nats, pair)) {
      if (event.type !== 'BarClosed' && event.type !== 'BarRevised') continue;
      const { openAt, open, high, low, close, volume, volumeKind } = event.data;
      simulated ||= event.data.simulated;
      bars.set(openAt, {
        openAt,
        open: toNumber(open),
        high: toNumber(high),
        low: toNumber(low),
        close: toNumber(close),
        volume,
        volumeKind,
      });
    }
    return { bars: [...bars.values()].sort((a, b) => (a.openAt < b.openAt ? -1 : 1)), simulated };
  } finally {
    await nats.close();
  }
}

/** Everything that was said about the bars of a pair, in the order of the lane. */
async function factsAbout(nats: NatsConnection, pair: Pair): Promise<readonly AnyEvent[]> {
  const lane = streamOf('ingestion');
  const consumer = await jetstream(nats).consumers.get(lane, {
    filter_subjects: `evt.ingestion.shared.bar.${pair}.>`,
  });
  const { num_pending: count } = await consumer.info();
  const facts: AnyEvent[] = [];
  while (facts.length < count) {
    const before = facts.length;
    const batch = await consumer.fetch({ max_messages: Math.min(READ_AT_ONCE, count - before), expires: WAIT_MS });
    for await (const { seq, data } of batch) facts.push(decodeEvent(data, { lane, position: seq }));
    if (facts.length === before) throw new Error(`the log holds ${count} facts about ${pair}, and gave only ${before}`);
  }
  return facts;
}

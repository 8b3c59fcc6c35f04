import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import { decodeEvent } from '@tocsin/contracts';
import { epochMs } from '@tocsin/domain-kit';

/** How long it took from a bar's commit to an answer of the query service that holds its analysis, in milliseconds. */
export type Latency = {
  readonly bars: number;
  /** How fast they were committed; what the house was given. */
  readonly committedPerSecond: number;
  /** How fast their analyses could be queried; what the house kept. */
  readonly answeredPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

export type LatencyOptions = {
  readonly api: string;
  readonly natsUrl: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly bars: number;
  /** So many bars come first and are not counted: processes that have just started are not yet as fast as they get. */
  readonly warmUpBars: number;
};

/** Asking without a pause would take a core from the house that is measured. */
const ASK_EVERY_MS = 5;

/** Watches a running house: hears each bar that is to be analysed, and asks over REST until its analysis is there. */
export async function measureLatency({
  api,
  natsUrl,
  symbol,
  timeframe,
  bars,
  warmUpBars,
}: LatencyOptions): Promise<Latency> {
  const nats = await connect({ servers: natsUrl });
  const committedAt = new Map<string, number>();
  const latencies: number[] = [];
  nats.subscribe(`evt.ingestion.shared.bar.${symbol}-${timeframe}.closed`, {
    callback: (_, message) => {
      const event = decodeEvent(message.data, { lane: 'LOG_INGESTION', position: 1 });
      if (event.type === 'BarClosed' && event.data.freshness.schedulable)
        committedAt.set(event.data.openAt, epochMs(event.recordedTime));
    },
  });
  let startedAt = 0;
  let left = warmUpBars;
  let firstCommit = Number.POSITIVE_INFINITY;
  let lastCommit = 0;
  while (latencies.length < bars) {
    const newest = await newestBar(api, symbol, timeframe);
    const now = Date.now();
    for (const [openAt, at] of committedAt)
      if (newest !== null && openAt <= newest) {
        committedAt.delete(openAt);
        left -= 1;
        if (left >= 0) continue;
        if (latencies.length === 0) startedAt = now;
        latencies.push(now - at);
        firstCommit = Math.min(firstCommit, at);
        lastCommit = Math.max(lastCommit, at);
      }
    await pause(newest === null ? 20 : ASK_EVERY_MS);
  }
  const seconds = (Date.now() - startedAt) / 1_000;
  await nats.close();
  latencies.sort((a, b) => a - b);
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN;
  return {
    bars: latencies.length,
    committedPerSecond: Math.round((latencies.length * 1_000) / (lastCommit - firstCommit)),
    answeredPerSecond: Math.round(latencies.length / seconds),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    maxMs: quantile(1),
  };
}

/** The newest bar that was analysed; null while there is none, or while the house is still opening. */
async function newestBar(api: string, symbol: string, timeframe: string): Promise<string | null> {
  const answer = await fetch(`${api}/api/analysis/latest?pair=${symbol}&tf=${timeframe}`).catch(() => null);
  if (answer === null || answer.status === 404) return null;
  const { bar_ts: barTs } = (await answer.json()) as { bar_ts: string };
  return barTs;
}

import { instant, pairOf, plusMs, type Instant } from '@tocsin/domain-kit';
import type { AnyEntityType, EventLog, Observation } from '@tocsin/event-log';
import { entities } from '@tocsin/ingestion/entities';
import { schema } from '@tocsin/ingestion/schema';
import { openGround, until } from '../ground.ts';

/** How a number of pairs fared, each with a bar in every minute. */
export type BurstResult = {
  readonly pairs: number;
  readonly minutes: number;
  /** Bars from the provider's answer to the log, on average over all minutes. */
  readonly barsPerSecond: number;
  /** From the first answer of a minute to its last bar in the log: the slowest minute, and the median. */
  readonly burstSeconds: { readonly p50: number; readonly max: number };
  /** From the answer of one bar to its fact in the log, with all others of its minute at once. */
  readonly answerToLogMs: { readonly p50: number; readonly p99: number };
  /** What this process used of a core for a thousand bars. */
  readonly cpuMsPerThousandBars: number;
};

const BEGUN = instant('2026-01-05T00:00:00.000Z');
const MINUTE_MS = 60_000;
/** What one step may take, and what a poller hands over in one go at most. */
const HANDED_OVER = 400;

/** All pairs have a bar in the same second of every minute: the hardest that a market can do to ingestion. */
export async function measureBurst(pairs: number, minutes: number): Promise<BurstResult> {
  const ground = await openGround();
  try {
    await ground.setUp([schema]);
    const log = await ground.open({ service: 'ingestion', entities });
    try {
      await add(log, pairs);
      return await measured(log, pairs, minutes);
    } finally {
      await log.close();
    }
  } finally {
    await ground.close();
  }
}

async function measured(log: EventLog, pairs: number, minutes: number): Promise<BurstResult> {
  const latencies: number[] = [];
  const bursts: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let minute = 1; minute <= minutes; minute += 1) bursts.push(await oneMinute(log, pairs, minute, latencies));
  const { user, system } = process.cpuUsage(cpuBefore);
  const bars = pairs * minutes;
  const seconds = bursts.reduce((sum, each) => sum + each, 0);
  return {
    pairs,
    minutes,
    barsPerSecond: Math.round(bars / seconds),
    burstSeconds: { p50: quantile(bursts, 0.5), max: quantile(bursts, 1) },
    answerToLogMs: { p50: Math.round(quantile(latencies, 0.5)), p99: Math.round(quantile(latencies, 0.99)) },
    cpuMsPerThousandBars: Math.round((user + system) / bars),
  };
}

/** Returns how many seconds it took until the last bar of the minute was in the log; all answers come at its beginning. */
async function oneMinute(log: EventLog, pairs: number, minute: number, latencies: number[]): Promise<number> {
  const publishedBefore = publishedOf(log);
  const startedMs = performance.now();
  const at = plusMs(BEGUN, minute * MINUTE_MS + 1_000);
  const all = Array.from({ length: pairs }, (_, index) => observed(index, minute, at));
  const performed = [];
  for (let from = 0; from < pairs; from += HANDED_OVER)
    performed.push(log.perform(all.slice(from, from + HANDED_OVER)));
  let inLog = 0;
  const watching = until(() => {
    const now = Math.min(pairs, publishedOf(log) - publishedBefore);
    const ms = performance.now() - startedMs;
    for (; inLog < now; inLog += 1) latencies.push(ms);
    return inLog === pairs;
  });
  for (const outcomes of await Promise.all(performed))
    for (const { refusal } of outcomes) if (refusal !== null) throw new Error(`a bar was refused: ${refusal.because}`);
  await watching;
  return (performance.now() - startedMs) / 1_000;
}

const publishedOf = (log: EventLog): number => log.health().relay.published;

const feed: AnyEntityType = (() => {
  const found = entities.find(({ type }) => type === 'feed');
  if (found === undefined) throw new Error('ingestion decides about feeds');
  return found;
})();

async function add(log: EventLog, pairs: number): Promise<void> {
  const observations = Array.from({ length: pairs }, (_, index): Observation => {
    const symbol = `B${index}`;
    const pair = pairOf(symbol, '1m');
    const definition = {
      ...{ pair, symbol, timeframe: '1m', provider: 'kraken', calendarId: '24x7', calendarVersion: '1' },
      ...{ volumeKind: 'traded', simulated: false, feedLatencyMs: 6_000, sources: [{ provider: 'kraken', symbol }] },
    };
    const command = { type: 'AddFeed', data: { definition, at: BEGUN } };
    return { causeId: `feed:${pair}`, time: BEGUN, intentions: [{ entityType: feed, key: pair, command }] };
  });
  for (let from = 0; from < pairs; from += HANDED_OVER) await log.perform(observations.slice(from, from + HANDED_OVER));
  // The first bar of a feed also makes it GREEN; it is told before anything is measured.
  const at = plusMs(BEGUN, 1_000);
  const first = Array.from({ length: pairs }, (_, index) => observed(index, 0, at));
  for (let from = 0; from < pairs; from += HANDED_OVER) await log.perform(first.slice(from, from + HANDED_OVER));
  await until(() => log.health().relay.published === log.health().relay.position);
}

function observed(index: number, minute: number, at: Instant): Observation {
  const pair = pairOf(`B${index}`, '1m');
  const openAt = plusMs(BEGUN, (minute - 1) * MINUTE_MS);
  const price = (100 + Math.sin(index + minute) * 0.1).toFixed(4);
  const bar = { openAt, open: price, high: price, low: price, close: price, volume: '12.5', revision: 0, raw: price };
  const command = { type: 'ObserveBar', data: { provider: 'kraken', bar, at } };
  return { causeId: `bar:${pair}:${openAt}`, time: at, intentions: [{ entityType: feed, key: pair, command }] };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return Math.round(value * 100) / 100;
}

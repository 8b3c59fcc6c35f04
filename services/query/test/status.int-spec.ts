import 'reflect-metadata';
import { instant, plusMs } from '@tocsin/domain-kit';
import { Api } from './api.ts';
import {
  attemptFailed,
  barAt,
  barClosed,
  episodeCleared,
  episodeRaised,
  feed,
  feedAdded,
  RECORDED_AFTER_MS,
  runCompleted,
  runFailed,
} from './facts.ts';
import { Ground } from './ground.ts';

type Status = {
  readonly fail_rate_5m: number | null;
  readonly median_processing_ms: number | null;
  readonly providers: readonly { readonly name: string; readonly requests_5m: number; readonly errors_5m: number }[];
  readonly pairs: readonly {
    readonly symbol: string;
    readonly analyses_ok_5m: number;
    readonly analyses_fail_5m: number;
    readonly median_latency_ms: number | null;
    readonly escalation_level: string;
  }[];
};

const now = instant('2014-05-07T12:00:00.000Z');
const ago = (seconds: number) => plusMs(now, -1_000 * seconds);

/** A run whose analysis took `latencyMs` and that ended so many seconds ago. */
const took = (number: number, latencyMs: number, secondsAgo: number, of = feed()) =>
  runCompleted(
    number,
    { ...of, runId: `${of.pair}-${number}`, barRecordedAt: plusMs(ago(secondsAgo), RECORDED_AFTER_MS - latencyMs) },
    ago(secondsAgo),
  );

describe('the figures of 5 minutes', () => {
  let ground: Ground;
  let api: Api;
  beforeEach(async () => {
    ground = await Ground.open();
    await ground.hear(feedAdded(), feedAdded(0, { ...feed('SPX', '1d'), provider: 'other' }));
    api = await Api.open(ground.url);
    api.now = now;
  });
  afterEach(async () => {
    await api.close();
    await ground.close();
  });
  const status = () => api.read<Status>('/api/ingestion/status');
  const eurusd = async () => (await status()).pairs.find(({ symbol }) => symbol === 'EURUSD');

  it('T-5 have as the median of an even number the mean of the middle two, and null of none', async () => {
    expect((await eurusd())?.median_latency_ms).toBeNull();
    await ground.hear(took(0, 40, 10));
    expect((await eurusd())?.median_latency_ms).toBe(40);
    await ground.hear(took(1, 10, 20), took(2, 95, 30), took(3, 1_000, 40));
    expect(await eurusd()).toMatchObject({ median_latency_ms: 67.5, analyses_ok_5m: 4 });
  });

  it('begin after the moment 300 s ago, and end with now', async () => {
    await ground.hear(took(0, 10, 300), took(1, 20, 299.999), took(2, 30, 0), took(3, 40, -0.001));
    expect(await eurusd()).toMatchObject({ analyses_ok_5m: 2, median_latency_ms: 25 });
    api.now = plusMs(now, 300_000);
    expect(await eurusd()).toMatchObject({ analyses_ok_5m: 1, median_latency_ms: 40 });
  });

  it('tell pairs apart, and together make those of the house', async () => {
    await ground.hear(took(0, 10, 1), took(1, 50, 2, feed('SPX', '1d')), runFailed(2, {}, ago(3)));
    expect(await eurusd()).toMatchObject({ analyses_ok_5m: 1, analyses_fail_5m: 1, median_latency_ms: 10 });
    expect(await status()).toMatchObject({ median_processing_ms: 30, fail_rate_5m: 1 / 3 });
  });

  it('have no rate where nothing ended', async () => {
    expect(await status()).toMatchObject({ fail_rate_5m: null, median_processing_ms: null });
  });

  it('count what the log knows a provider was asked', async () => {
    await ground.hear(
      ...[barClosed(0, {}, ago(1)), barClosed(1, { backfill: true }, ago(1)), barClosed(2, {}, ago(301))],
      ...[attemptFailed(3, {}, ago(2)), attemptFailed(3, { attempt: 2 }, ago(1)), attemptFailed(4, {}, ago(400))],
    );
    expect((await status()).providers).toEqual([
      expect.objectContaining({ name: 'other', requests_5m: 0, errors_5m: 0 }),
      expect.objectContaining({ name: 'recorded', requests_5m: 3, errors_5m: 2 }),
    ]);
  });

  it('stand beside the level of the pair’s newest episode', async () => {
    await ground.hear(episodeRaised(0, { to: 'CRITICAL' }));
    expect((await eurusd())?.escalation_level).toBe('CRITICAL');
    await ground.hear(episodeCleared(0), episodeRaised(1, { openedAt: barAt(5).closeAt }));
    expect((await eurusd())?.escalation_level).toBe('WARN');
  });
});

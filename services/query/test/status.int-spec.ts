import 'reflect-metadata';
import { instant, plusMs } from '@tocsin/domain-kit';
import { Api } from './api.ts';
import {
  attemptFailed,
  barAt,
  barClosed,
  breakerOpened,
  dawn,
  episodeCleared,
  episodeRaised,
  feed,
  feedAdded,
  feedPaused,
  feedRemoved,
  feedSwitched,
  gapFound,
  outageClosed,
  outageOpened,
  providerMetered,
  providerRestored,
  providerTripped,
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

type Listed = { readonly items: readonly object[] };

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

  it('count what a metered provider says it was asked, and nothing else', async () => {
    const metered = (secondsAgo: number, requests: number, errors: number) =>
      providerMetered(0, { requests, errors, at: ago(secondsAgo), keySince: ago(86_400 * 2 + 5) }, ago(secondsAgo));
    await ground.hear(metered(300, 1_000, 1_000), metered(299, 5, 1), metered(0, 7, 2), metered(-1, 1_000, 1_000));
    await ground.hear(barClosed(0, {}, ago(1)), attemptFailed(3, {}, ago(2)));
    const [, recorded] = (await status()).providers;
    expect(recorded).toEqual({
      ...{ name: 'recorded', key_age_days: 2, breaker: 'closed', quota_left: 788, requests_5m: 12, errors_5m: 3 },
    });
    api.now = plusMs(now, 600_000);
    expect((await status()).providers[1]).toMatchObject({ requests_5m: 0, errors_5m: 0 });
  });

  it('stand beside the level of the pair’s newest episode', async () => {
    await ground.hear(episodeRaised(0, { to: 'CRITICAL' }));
    expect((await eurusd())?.escalation_level).toBe('CRITICAL');
    await ground.hear(episodeCleared(0), episodeRaised(1, { openedAt: barAt(5).closeAt }));
    expect((await eurusd())?.escalation_level).toBe('WARN');
  });
});

describe('the status of pairs and providers', () => {
  let ground: Ground;
  let api: Api;
  const sources = ['recorded', 'second'].map((provider) => ({ provider, symbol: 'EUR/USD' }));
  beforeEach(async () => {
    ground = await Ground.open();
    await ground.hear(
      feedAdded(0, { sources, origin: 'config' }),
      feedAdded(1, { ...feed('SPX', '1d') }),
      barClosed(0),
    );
    api = await Api.open(ground.url);
  });
  afterEach(async () => {
    await api.close();
    await ground.close();
  });
  const pairs = async () => (await api.read<Status>('/api/ingestion/status')).pairs;

  it('names the provider that is asked, and whether it is left alone', async () => {
    expect((await pairs())[0]).toMatchObject({ provider: 'recorded', fallback_active: false, stale: false });
    await ground.hear(breakerOpened(0));
    expect((await pairs())[0]).toMatchObject({ provider: 'recorded', breaker_open: true, stale: true });
    await ground.hear(feedSwitched(0));
    expect((await pairs())[0]).toMatchObject({
      ...{ provider: 'second', fallback_active: true, breaker_open: false, stale: false },
    });
  });

  it('tells of the breaker of a provider as a whole', async () => {
    await ground.hear(providerTripped(0));
    expect((await api.read<Status>('/api/ingestion/status')).providers).toMatchObject([
      { name: 'recorded', breaker: 'open', key_age_days: null },
      { name: 'second', breaker: null },
    ]);
    // Who is not called at all is not asked for any pair.
    expect(await pairs()).toMatchObject([
      { symbol: 'EURUSD', breaker_open: true, stale: true },
      { symbol: 'SPX', breaker_open: true, stale: true },
    ]);
    await ground.hear(feedSwitched(0, { reason: 'PROVIDER_TRIPPED' }), outageOpened(0));
    expect((await pairs())[0]).toMatchObject({ provider: 'second', breaker_open: false, stale: false });
    expect(await api.read('/api/feeds/EURUSD-15m')).toMatchObject({
      sources: [
        { provider: 'recorded', breaker: 'closed', provider_breaker: 'open', outage_since: barAt(0).closeAt },
        { provider: 'second', breaker: 'closed', provider_breaker: null, outage_since: null },
      ],
    });
    await ground.hear(providerRestored(0), outageClosed(0));
    expect((await pairs())[1]).toMatchObject({ symbol: 'SPX', breaker_open: false });
  });

  it('forgets a feed that was removed, and its provider with it, but not its bars', async () => {
    await ground.hear(feedRemoved());
    expect(await pairs()).toMatchObject([{ symbol: 'SPX' }]);
    expect((await api.read<Status>('/api/ingestion/status')).providers).toMatchObject([{ name: 'recorded' }]);
    expect((await api.read<Listed>('/api/feeds')).items).toMatchObject([{ pair: 'SPX-1d' }]);
    expect((await api.get('/api/feeds/EURUSD-15m')).statusCode).toBe(404);
    expect((await api.read<Listed>('/api/bars?symbol=EURUSD&tf=15m')).items).toHaveLength(1);
  });

  it('is told feed by feed: definition, sources in order, what is missing', async () => {
    await ground.hear(breakerOpened(0), feedSwitched(0), gapFound(1));
    expect(await api.read('/api/feeds/EURUSD-15m')).toMatchObject({
      ...{ pair: 'EURUSD-15m', status: 'active', origin: 'config', provider: 'second', fallback_active: true },
      sources: [
        {
          ...{ provider: 'recorded', symbol: 'EUR/USD', breaker: 'open', cause: 'EXHAUSTED', times_opened: 1 },
          ...{ opened_at: barAt(0).closeAt, probes_at: plusMs(barAt(0).closeAt, 30_000) },
        },
        { provider: 'second', breaker: 'closed', opened_at: null, probes_at: null },
      ],
      ...{ calendar_id: 'FX_24x5', volume_kind: 'tick', feed_latency_ms: 30_000, paused_at: null },
      newest_bar: { open_ts: barAt(0).openAt, close_ts: barAt(0).closeAt },
      gaps: [{ from_ts: barAt(1).openAt, to_ts: barAt(1).closeAt, bars: 1 }],
    });
    await ground.hear(feedPaused());
    const listed = async (filter: string) => (await api.read<Listed>(`/api/feeds${filter}`)).items;
    expect(await listed('?status=paused')).toMatchObject([{ pair: 'EURUSD-15m', status: 'paused', paused_at: dawn }]);
    expect(await listed('?status=active')).toMatchObject([{ pair: 'SPX-1d', newest_bar: null, sources: [{}] }]);
    expect(await listed('?provider=second')).toMatchObject([{ pair: 'EURUSD-15m' }]);
    const first = await api.read<Listed & { next_cursor: string }>('/api/feeds?limit=1');
    const rest = await listed(`?limit=1&cursor=${first.next_cursor}`);
    expect([...first.items, ...rest]).toMatchObject([{ pair: 'SPX-1d' }, { pair: 'EURUSD-15m' }]);
  });
});

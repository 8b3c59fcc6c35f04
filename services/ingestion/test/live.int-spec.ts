import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AnyEvent, EventName, EventNamed } from '@tocsin/contracts';
import type { House } from '@tocsin/testkit';
import { KrakenExchange } from './kraken-exchange.ts';
import { openIngestionHouse } from './ingestion-house.ts';

const GIVE_UP_AFTER_MS = 30_000;
/** With a retry that waits as long as its budget, on a machine that is busy. */
const PATIENCE_MS = 90_000;

const feed = (symbol: string, timeframe: string) => ({
  symbol,
  timeframe,
  providers: ['kraken'],
  calendar: '24x7',
  volume: 'traded',
});

/** Real nats-server, real PostgreSQL, a real HTTP server in Kraken's shape, and the wall clock. */
describe('feeds on the wall clock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-live-'));
  const path = join(folder, 'tocsin.config.json');
  let exchange: KrakenExchange;
  let house: House;

  const configure = (...feeds: readonly ReturnType<typeof feed>[]): void => {
    const kraken = { url: exchange.url, requestsPerMinute: 600 };
    writeFileSync(path, JSON.stringify({ feeds, providers: { kraken } }));
  };

  beforeAll(async () => {
    exchange = await KrakenExchange.open();
    configure(feed('BTCUSD', '1h'));
    house = await openIngestionHouse({ TOCSIN_CONFIG: path });
  });
  afterAll(async () => {
    await house.close();
    await exchange.close();
    rmSync(folder, { recursive: true });
  });

  async function facts<Name extends EventName>(name: Name, pair: string): Promise<readonly EventNamed<Name>['data'][]> {
    const all: readonly AnyEvent[] = await house.facts();
    return all
      .filter(
        (fact): fact is Extract<AnyEvent, { type: Name }> =>
          fact.type === name && 'pair' in fact.data && fact.data.pair === pair,
      )
      .map(({ data }) => data);
  }

  const until = (what: string, holds: () => Promise<boolean>) => house.until(what, holds, GIVE_UP_AFTER_MS);

  const isGreen = (pair: string) => async (): Promise<boolean> =>
    (await facts('FreshnessChanged', pair)).at(-1)?.colour === 'GREEN';

  it('begin with three hundred bars of history and are GREEN by the newest of them', async () => {
    await until('the feed is GREEN', isGreen('BTCUSD-1h'));
    const bars = await facts('BarClosed', 'BTCUSD-1h');
    expect(bars).toHaveLength(300);
    expect(
      bars.every(({ backfill, freshness, provider }) => backfill && !freshness.schedulable && provider === 'kraken'),
    ).toBe(true);
    expect(await facts('GapFound', 'BTCUSD-1h')).toEqual([]);
  });

  it('come and go with the configuration, without a restart', async () => {
    configure(feed('BTCUSD', '1h'), feed('ETHUSD', '15m'));
    await until('the new feed is GREEN', isGreen('ETHUSD-15m'));
    configure(feed('BTCUSD', '1h'));
    await until('the feed has left', async () => (await facts('FeedRemoved', 'ETHUSD-15m')).length === 1);
    expect(await facts('FeedAdded', 'BTCUSD-1h')).toHaveLength(1);
  });

  it('go on after a restart where they were, and say nothing twice', async () => {
    await house.stop();
    await house.start();
    configure(feed('BTCUSD', '1h'), feed('LTCUSD', '5m'));
    await until('another feed is GREEN', isGreen('LTCUSD-5m'));
    const bars = await facts('BarClosed', 'BTCUSD-1h');
    expect(new Set(bars.map(({ openAt }) => openAt)).size).toBe(bars.length);
    expect(await facts('FeedAdded', 'BTCUSD-1h')).toHaveLength(1);
  });

  it(
    'whose provider answers with pages, errors and limits try again, and are GREEN once it is well',
    async () => {
      for (const [mood, symbol, errorCode] of [
        ['pages', 'AAAUSD', 'BAD_DATA'],
        ['limited', 'BBBUSD', 'RATE_LIMITED'],
        ['unavailable', 'CCCUSD', 'PROVIDER_ERROR'],
      ] as const) {
        exchange.mood = mood;
        configure(feed('BTCUSD', '1h'), feed(symbol, '1h'));
        const pair = `${symbol}-1h`;
        await until(`an attempt of ${mood} failed`, async () => (await facts('AttemptFailed', pair)).length > 0);
        expect((await facts('AttemptFailed', pair))[0]).toMatchObject({ errorCode, attempt: 1, provider: 'kraken' });
        exchange.mood = 'well';
        await until(`${mood} is over`, isGreen(pair));
      }
      const pages = await facts('BarQuarantined', 'AAAUSD-1h');
      expect(pages[0]).toMatchObject({ reason: 'NOT_TABULAR', openAt: null });
      expect(await facts('BarClosed', 'AAAUSD-1h')).toHaveLength(300);
    },
    PATIENCE_MS,
  );

  it('leave a provider alone whose calls keep failing, and say so', async () => {
    exchange.mood = 'unavailable';
    configure(...['D', 'E', 'F', 'G', 'H', 'I'].map((letter) => feed(`${letter}USD`, '1h')));
    await until('the breaker is open', async () => (await house.said()).includes('ProviderTripped'));
    const before = [...exchange.asked.values()].reduce((sum, times) => sum + times, 0);
    await pause(1_500); // Long enough for every retry that would have been made.
    expect([...exchange.asked.values()].reduce((sum, times) => sum + times, 0)).toBe(before);
  });
});

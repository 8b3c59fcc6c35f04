import { createServer, type Server } from 'node:http';
import { freePort } from '@tocsin/local-servers';
import { RunningHouse } from '../src/running-house.ts';

/** Kraken as it always answers: with no candle of any pair. */
const QUIET_MARKET = { error: [], result: { XXBTZUSD: [], last: 0 } };

/** `npm start -- --live` where nothing listens at the provider's address, as on a machine without a network. */
describe('a terminal on which a live run was started', () => {
  let house: RunningHouse;
  let port: number;
  let kraken: Server | null = null;
  beforeAll(async () => {
    port = await freePort();
    const feed = { symbol: 'BTC-USD', timeframe: '1m', calendar: '24x7', volume: 'traded' };
    house = await RunningHouse.openLive({
      feeds: [{ ...feed, providers: [{ provider: 'kraken', symbol: 'XBTUSD' }] }],
      providers: { kraken: { url: `http://127.0.0.1:${port}` } },
    });
  }, 120_000);
  afterAll(async () => {
    kraken?.close();
    await house.close();
  }, 60_000);

  const lines = (words: RegExp): readonly string[] => house.words.split('\n').filter((line) => words.test(line));

  it('shows in one line that a provider cannot be reached, and in another that it answers again', async () => {
    await house.until('the terminal shows it', () => lines(/cannot be reached/).length > 0);
    const server = createServer((_, answer) => answer.end(JSON.stringify(QUIET_MARKET)));
    kraken = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await house.until('the terminal shows it', () => lines(/answers again/).length > 0, 120_000);
    expect(lines(/kraken/).filter((line) => !line.includes('tocsin.config.json'))).toEqual([
      expect.stringMatching(
        /^kraken cannot be reached: the connection failed \(ECONNREFUSED\)\. It is asked again and again(?:, next at \d\d:\d\d:\d\d UTC)?\.$/,
      ),
      'kraken answers again.',
    ]);
  }, 200_000);
});

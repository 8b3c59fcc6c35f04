import type { AnyEvent, TocsinConfig } from '@tocsin/contracts';
import { instant, pairOf } from '@tocsin/domain-kit';
import { EventLog, to } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import type { FeedEntity } from '../src/feed.entity.ts';
import { FEED_ENTITY } from '../src/inbound/feed.controller.ts';
import { ConfigFolder } from './config-folder.ts';
import { KrakenExchange } from './kraken-exchange.ts';
import { openIngestionHouse } from './ingestion-house.ts';

const GIVE_UP_AFTER_MS = 30_000;

const wholeDay = [{ opensAt: '00:00', closesAt: '00:00', closesShiftDays: 1 }] as const;
const year = new Date().getUTCFullYear();

/** A market that never rests, in a calendar that somebody wrote. */
const OWN_CALENDAR = {
  id: 'OWN',
  version: '1',
  timeZone: 'Etc/UTC',
  years: { first: year - 1, last: year + 1 },
  week: {
    monday: wholeDay,
    tuesday: wholeDay,
    wednesday: wholeDay,
    thursday: wholeDay,
    friday: wholeDay,
    saturday: wholeDay,
    sunday: wholeDay,
  },
};

const feed = (symbol: string, calendar: string) =>
  ({ symbol, timeframe: '1h', providers: ['kraken'], calendar, volume: 'traded' }) as const;

/** Real nats-server, real PostgreSQL, a real HTTP server in Kraken's shape, and the wall clock. */
describe('a calendar that left the configuration while nobody was running', () => {
  const folder = new ConfigFolder();
  const lines: string[] = [];
  let exchange: KrakenExchange;
  let house: House;

  const configure = (config: TocsinConfig): string =>
    folder.write({ ...config, providers: { kraken: { url: exchange.url, requestsPerMinute: 600 } } });

  const withCalendar = (...feeds: TocsinConfig['feeds']): TocsinConfig => ({
    feeds,
    calendars: [{ file: 'calendars/own.json' }],
  });

  beforeAll(async () => {
    exchange = await KrakenExchange.open();
    folder.put('calendars/own.json', OWN_CALENDAR);
    house = await openIngestionHouse({
      TOCSIN_CONFIG: configure(withCalendar(feed('BTCUSD', 'OWN'))),
      announce: (line) => lines.push(line),
    });
  });
  afterAll(async () => {
    await house.close();
    await exchange.close();
    folder.remove();
  });

  const until = (what: string, holds: (facts: readonly AnyEvent[]) => boolean) =>
    house.until(what, async () => holds(await house.facts()), GIVE_UP_AFTER_MS);

  const isAbout = (pair: string, type: AnyEvent['type']) => (fact: AnyEvent) =>
    fact.type === type && 'pair' in fact.data && fact.data.pair === pair;
  const isGreen = (pair: string) => (facts: readonly AnyEvent[]) => {
    const last = facts.findLast(isAbout(pair, 'FreshnessChanged'));
    return last?.type === 'FreshnessChanged' && last.data.colour === 'GREEN';
  };

  const askForFeed = async (symbol: string): Promise<void> => {
    const at = instant(Date.now());
    const sources = [{ provider: 'kraken', symbol }];
    const pair = pairOf(symbol, '1h');
    const wanted = { pair, symbol, timeframe: '1h', sources, calendarId: 'OWN', volumeKind: 'traded' } as const;
    const command = { type: 'RequestFeed', data: { wanted, at } } as const;
    const entity = house.get<FeedEntity>(FEED_ENTITY);
    await house
      .get(EventLog)
      .perform([{ causeId: `asked:${pair}`, time: at, intentions: [to(entity, pair, command)] }]);
  };

  it('stops the feeds that live by it, with a remedy, and nobody else', async () => {
    await askForFeed('ETHUSD');
    await until('both feeds are GREEN', (facts) => isGreen('BTCUSD-1h')(facts) && isGreen('ETHUSD-1h')(facts));

    await house.stop();
    configure({ feeds: [feed('LTCUSD', '24x7')] });
    await house.start();

    await until('another feed is GREEN', isGreen('LTCUSD-1h'));
    const facts = await house.facts();
    expect(facts.filter(isAbout('BTCUSD-1h', 'FeedRemoved'))).toHaveLength(1);
    expect(facts.filter(isAbout('ETHUSD-1h', 'FeedPaused')).map(({ data }) => data)).toEqual([
      {
        pair: 'ETHUSD-1h',
        reason:
          'There is no calendar OWN any more: name its file under "calendars" in tocsin.config.json, and the feed goes on.',
        cause: 'calendar-missing',
        at: expect.any(String) as string,
      },
    ]);
    expect(lines).toEqual([expect.stringMatching(/^ETHUSD-1h is not watched\. There is no calendar OWN any more: /)]);
  });

  it('is missed at every further start, and said once in the log', async () => {
    await house.stop();
    lines.length = 0;
    await house.start();
    await until('the terminal is told', () => lines.length > 0);
    expect(lines).toEqual([expect.stringMatching(/^ETHUSD-1h is not watched\. /)]);
    expect((await house.facts()).filter(isAbout('ETHUSD-1h', 'FeedPaused'))).toHaveLength(1);
  });

  it('has its feeds go on when it is there again, without a restart', async () => {
    const askedBefore = exchange.asked.get('ETHUSD') ?? 0;
    configure(withCalendar(feed('LTCUSD', '24x7')));
    await until('the feed goes on', (facts) => facts.some(isAbout('ETHUSD-1h', 'FeedResumed')));
    await until('it is asked for', () => (exchange.asked.get('ETHUSD') ?? 0) > askedBefore);
  });
});

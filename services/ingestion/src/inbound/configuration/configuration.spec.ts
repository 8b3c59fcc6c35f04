import type { TocsinConfig } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { bitcoin, ConfigFolder, known } from '../../../test/config-folder.ts';
import { readConfiguration } from './configuration.ts';

const xetra = JSON.parse(
  readFileSync(new URL('../../../../../proto-schemas/policy/calendar.good/xetr.json', import.meta.url), 'utf8'),
) as object;

describe('a configuration', () => {
  const files = new ConfigFolder();
  afterAll(() => {
    files.remove();
  });
  const read = (config: TocsinConfig) => readConfiguration(files.write(config), known);

  /** The lines of the refusal, without the first. */
  function told(config: TocsinConfig): readonly string[] {
    try {
      read(config);
      return [];
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      const [first, ...lines] = error.message.split('\n');
      expect(first).toBe(`${files.path} is not as it must be:`);
      return lines.map((line) => line.trim().replaceAll(files.folder, ''));
    }
  }

  it('says of each feed what is watched, by which calendar, and who is asked, in which spelling', () => {
    const { feeds } = read({
      feeds: [bitcoin, { ...bitcoin, symbol: 'BRK.B', timeframe: '1d', calendar: 'XNYS', feedLatencyMs: 60_000 }],
    });
    expect(feeds).toEqual([
      {
        pair: 'BTC=2DUSD-1h',
        symbol: 'BTC-USD',
        timeframe: '1h',
        provider: 'kraken',
        calendarId: '24x7',
        calendarVersion: '1',
        volumeKind: 'traded',
        simulated: false,
        feedLatencyMs: 30_000,
        sources: [
          { provider: 'kraken', symbol: 'XBTUSD' },
          { provider: 'coinbase', symbol: 'BTC-USD' },
        ],
        origin: 'config',
      },
      expect.objectContaining({ pair: 'BRK=2EB-1d', calendarVersion: '2027.1', feedLatencyMs: 60_000 }),
    ]);
  });

  it('brings calendars of files, and judges the feeds by them', () => {
    files.put('calendars/xetr.json', xetra);
    const { calendars, feeds } = read({
      feeds: [{ ...bitcoin, calendar: 'XETR' }],
      calendars: [{ file: 'calendars/xetr.json' }],
    });
    expect(calendars.ids).toEqual(['24x7', 'FX_24x5', 'XNYS', 'XETR']);
    expect(feeds).toMatchObject([{ calendarId: 'XETR', calendarVersion: '2027.1' }]);
  });

  it('knows how each provider is asked that is used or named, its key and the age of that', () => {
    const key = files.put('keys/polygon', '  s3cret \n');
    utimesSync(key, 0, Date.parse('2026-03-02T09:30:00Z') / 1_000);
    mkdirSync(join(files.folder, 'bars'), { recursive: true });
    const nothing = {
      url: null,
      key: null,
      keySince: null,
      directory: null,
      requestsPerMinute: null,
      requestsPerDay: null,
    };
    const { providers } = read({
      feeds: [bitcoin, { ...bitcoin, timeframe: '1d', providers: ['csv'] }],
      providers: {
        kraken: { url: 'http://127.0.0.1:8081/', requestsPerMinute: 10 },
        polygon: { keyFile: 'keys/polygon', requestsPerDay: 100 },
        csv: { directory: 'bars' },
      },
    });
    expect(Object.fromEntries(providers)).toEqual({
      kraken: { ...nothing, url: 'http://127.0.0.1:8081', requestsPerMinute: 10 },
      coinbase: nothing,
      polygon: { ...nothing, key: 's3cret', keySince: '2026-03-02T09:30:00.000Z', requestsPerDay: 100 },
      csv: { ...nothing, directory: join(files.folder, 'bars') },
    });
  });

  it('lists what is watched of the world', () => {
    const rates = { provider: 'frankfurter', base: 'EUR', quotes: ['USD', 'CHF'] } as const;
    const { observations, providers } = read({ feeds: [], observations: [rates] });
    expect(observations).toEqual([rates]);
    expect([...providers.keys()]).toEqual(['frankfurter']);
  });

  it.each<[string, Partial<TocsinConfig>, readonly string[]]>([
    [
      'a provider that there is not, and one without bars of that length',
      { feeds: [{ ...bitcoin, timeframe: '4h', providers: ['krakn', 'coinbase', 'fred'] }] },
      [
        "/feeds/0/providers/0 'krakn' is no provider; there are kraken, coinbase, polygon, csv",
        '/feeds/0/providers/1 coinbase has no bars of 4h; it has 1m, 5m, 15m, 1h, 1d',
        '/feeds/0/providers/2 fred has no bars of 4h; it has no bars at all',
        '/providers/fred/keyFile is missing: fred answers nobody without a key; put it into a file and name that here',
      ],
    ],
    [
      'a provider that is there twice',
      { feeds: [{ ...bitcoin, providers: ['kraken', { provider: 'kraken', symbol: 'XBTUSD' }] }] },
      ['/feeds/0/providers/1 kraken is there twice; each provider of a feed is asked once'],
    ],
    [
      'a file that lies elsewhere',
      { feeds: [{ ...bitcoin, providers: [{ provider: 'csv', symbol: '../bars.csv' }] }] },
      [
        "/feeds/0/providers/0 '../bars.csv' is no name of a file in the directory of csv",
        '/providers/csv/directory is missing: it names the folder in which the files with bars lie',
      ],
    ],
    [
      'a calendar that there is not',
      { feeds: [{ ...bitcoin, calendar: 'XETRA' }] },
      ["/feeds/0/calendar 'XETRA' is no calendar; there are 24x7, FX_24x5, XNYS"],
    ],
    [
      'two feeds of one pair',
      { feeds: [bitcoin, { ...bitcoin, timeframe: '1d' }, { ...bitcoin, providers: ['coinbase'] }] },
      ['/feeds/2 watches BTC=2DUSD-1h, which /feeds/0 does already'],
    ],
    [
      'a symbol whose safe spelling is too long',
      { feeds: [{ ...bitcoin, symbol: '-'.repeat(20) }] },
      ['/feeds/0/symbol is too long when it is spelled safely'],
    ],
    [
      'a key that is not named',
      { feeds: [{ ...bitcoin, providers: ['polygon'] }] },
      [
        '/providers/polygon/keyFile is missing: polygon answers nobody without a key; put it into a file and name that here',
      ],
    ],
    [
      'a file of files without a folder',
      { feeds: [{ ...bitcoin, providers: ['csv'] }] },
      ['/providers/csv/directory is missing: it names the folder in which the files with bars lie'],
    ],
    [
      'folders that are none, or for nobody',
      { feeds: [], providers: { csv: { directory: 'nowhere' }, kraken: { directory: '.' } } },
      [
        '/providers/kraken/directory is for csv alone; kraken is asked over the network',
        '/providers/csv/directory names /nowhere, which is no folder',
      ],
    ],
    [
      'settings of a provider that there is not',
      { feeds: [], providers: { krakn: { requestsPerMinute: 1 } } },
      ['/providers/krakn is no provider; there are kraken, coinbase, polygon, csv, fred, frankfurter'],
    ],
    [
      'a thing of the world that is watched twice',
      {
        feeds: [],
        observations: [
          { provider: 'frankfurter', base: 'EUR', quotes: ['USD', 'CHF'] },
          { provider: 'frankfurter', base: 'EUR', quotes: ['CHF', 'SEK'] },
        ],
      },
      ['/observations/1 watches frankfurter-EURCHF, which /observations/0 does already'],
    ],
  ])('is refused for %s', (_name, config, expected) => {
    expect(told({ feeds: [], ...config })).toEqual(expected);
  });

  it.each([
    ['is not there', null, /^names \/keys\/key, which cannot be read: .*ENOENT/],
    ['is empty', ' \n', /^names \/keys\/key, which is empty$/],
    [
      'holds something else',
      'apikey: s3cret',
      /^names \/keys\/key, which holds more than a key: one word is expected$/,
    ],
    ['is some other file', 's3cret'.repeat(1_000), /^names \/keys\/key, which is longer than any key$/],
  ])('is refused for a key whose file %s, and does not tell it', (_name, content, expected) => {
    if (content !== null) files.put('keys/key', content);
    const [line = '', ...more] = told({ feeds: [], providers: { polygon: { keyFile: 'keys/key' } } });
    expect([line.replace('/providers/polygon/keyFile ', ''), more]).toEqual([expect.stringMatching(expected), []]);
    expect(line).not.toContain('s3cret');
  });

  it('is refused for what is wrong with a calendar, with the place in its file', () => {
    files.put('no.json', '{');
    files.put('misspelt.json', { ...xetra, holidayz: [] });
    files.put('unseen.json', { ...xetra, timeZone: 'Europe/Berln', closures: [{ on: '2031-01-01', reason: 'None.' }] });
    files.put('one.json', xetra);
    files.put('two.json', xetra);
    const calendars = ['none', 'no', 'misspelt', 'unseen', 'one', 'two'].map((name) => ({ file: `${name}.json` }));
    expect(told({ feeds: [], calendars })).toEqual([
      expect.stringMatching(/^\/calendars\/0\/file \/none\.json cannot be read.*ENOENT/),
      expect.stringMatching(/^\/calendars\/1\/file \/no\.json is not JSON.*JSON/),
      '/calendars/2/file /misspelt.json: /holidayz is not a known field: is it holidays?',
      "/calendars/3/file /unseen.json: /timeZone 'Europe/Berln' is no time zone; one is called, for example, Europe/Berlin",
      '/calendars/3/file /unseen.json: /closures/0/on 2031-01-01 lies outside the years 2024 to 2027',
      '/calendars/5/file two.json is a second calendar XETR',
    ]);
  });
});

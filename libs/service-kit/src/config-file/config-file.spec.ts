import { ContractViolation } from '@tocsin/domain-kit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { explain } from '../logger/error-chain.ts';
import { readConfigFile } from './config-file.ts';

describe('the configuration file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
  const path = join(folder, 'tocsin.config.json');
  const write = (document: unknown): string => {
    writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
    return path;
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const told = (read: () => unknown): string => {
    try {
      read();
      return 'nothing';
    } catch (error) {
      expect(error).toBeInstanceOf(ContractViolation);
      return explain(error);
    }
  };

  it('is read into what it says, with paths from its own folder, wherever the process stands', () => {
    const text = readFileSync(
      new URL('../../../../proto-schemas/policy/tocsin-config.good/everything.json', import.meta.url),
      'utf8',
    );
    const config = readConfigFile(relative(process.cwd(), write(text)));
    expect(config).toEqual({
      ...(JSON.parse(text) as object),
      providers: {
        kraken: { url: 'https://proxy.example.com/kraken', requestsPerMinute: 20 },
        oanda: { keyFile: join(folder, 'keys/oanda') },
        'twelve-data': { keyFile: join(folder, 'keys/twelve-data'), requestsPerMinute: 8, requestsPerDay: 800 },
        csv: { directory: join(folder, 'bars') },
        newsapi: { keyFile: join(folder, 'keys/newsapi'), requestsPerDay: 100 },
      },
      calendars: [{ file: join(folder, 'calendars/xetr.json') }],
      hooks: {
        tradingview: [{ name: 'desk', tokenFile: join(folder, 'keys/tradingview-desk') }],
        alertmanager: [{ name: 'prometheus', tokenFile: join(folder, 'keys/prometheus') }],
      },
    });
  });

  it('may name absolute paths, and leave out what is optional', () => {
    expect(readConfigFile(write({ feeds: [], providers: { csv: { directory: '/srv/bars' } } }))).toEqual({
      feeds: [],
      providers: { csv: { directory: '/srv/bars' } },
    });
    expect(readConfigFile(write({ feeds: [], hooks: {} }))).toEqual({ feeds: [], hooks: {} });
  });

  it('is refused with everything that is wrong in it, each with what would be right', () => {
    const feed = { symbol: 'BTC-USD', timeframe: '2h', providers: ['kraken'], volume: 'traded' };
    expect(told(() => readConfigFile(write({ feeds: [feed], provider: {} })))).toBe(
      [
        `${path} is not as it must be:`,
        '  /provider is not a known field: is it providers?',
        '  /feeds/0/calendar is missing: When this market is open: 24x7, FX_24x5, XNYS, or the id of one of `calendars`.',
        '  /feeds/0/timeframe must be one of ["1m","5m","15m","30m","1h","4h","1d"]: The nominal length of a bar.',
      ].join('\n'),
    );
  });

  it('is refused when it is no JSON, or not there', () => {
    expect(told(() => readConfigFile(write('{"feeds": [}')))).toMatch(
      /tocsin\.config\.json is not JSON.*Unexpected token/s,
    );
    expect(told(() => readConfigFile(join(folder, 'none.json')))).toMatch(/none\.json cannot be read.*ENOENT/s);
  });
});

import { instant } from '@tocsin/domain-kit';
import { ConfigFolder } from '../../../test/config-folder.ts';
import { ProviderServer } from '../../../test/provider-server.ts';
import { calendarOf } from '../../domain/calendars/calendars.ts';
import type { Fetched } from '../../outbound/providers/adapter.ts';
import type { ProviderSettings } from '../configuration/configured-providers.ts';
import type { Desk } from './desk.ts';
import { KNOWN_PROVIDERS, ProviderDesks } from './provider-desks.ts';

const unset: ProviderSettings = {
  url: null,
  key: null,
  keySince: null,
  directory: null,
  requestsPerMinute: null,
  requestsPerDay: null,
};

describe('the desks of providers', () => {
  const files = new ConfigFolder();
  const desks = new ProviderDesks(() => undefined);
  afterAll(async () => {
    await desks.close();
    files.remove();
  });

  it('are offered for bars where a provider has what it needs: a key, a directory, or nothing', () => {
    desks.configure(new Map());
    expect([...desks.offer.keys()]).toEqual(expect.arrayContaining(['push', 'kraken']));
    for (const name of ['polygon', 'csv', 'fred']) {
      expect(KNOWN_PROVIDERS.has(name)).toBe(true);
      expect(desks.offer.has(name)).toBe(false);
      expect(desks.of(name)).toBeNull();
    }
    desks.configure(
      new Map([
        ['polygon', { ...unset, key: 's3cret' }],
        ['csv', { ...unset, directory: files.folder }],
        ['fred', { ...unset, key: 's3cret' }],
      ]),
    );
    expect(['polygon', 'csv', 'fred', 'nobody'].map((name) => desks.offer.has(name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(desks.of('csv')).toBe(desks.of('csv'));
  });

  it('read files of the directory, and are made anew when that is another one', async () => {
    const header = 'openTime,open,high,low,close';
    files.put('one/bars.csv', `${header}\n2026-03-02T10:00:00Z,1,2,1,2\n`);
    files.put('two/bars.csv', `${header}\n2026-03-02T10:00:00Z,3,4,3,4\n`);
    const closeIn = async (folder: string): Promise<unknown> => {
      desks.configure(new Map([['csv', { ...unset, directory: `${files.folder}/${folder}` }]]));
      const { answer } = await asked(desks.of('csv'));
      return answer.kind === 'bars' ? answer.bars.map(({ close }) => close) : answer;
    };
    expect([await closeIn('one'), await closeIn('two')]).toEqual([['2'], ['4']]);
  });
});

describe('a provider that is left alone', () => {
  it('is called as usual once its settings are others, and that is told', async () => {
    const server = await ProviderServer.open();
    const changes: string[] = [];
    const desks = new ProviderDesks((name, { state }) => changes.push(`${name} ${state}`));
    const configure = (requestsPerMinute: number): void => {
      desks.configure(new Map([['kraken', { ...unset, url: server.url, requestsPerMinute }]]));
    };
    configure(600);
    server.willAnswer(...Array.from({ length: 5 }, () => ({ status: 503 })));
    for (let calls = 0; calls < 5; calls += 1) await asked(desks.of('kraken'), 'XBTUSD');
    expect(changes).toEqual(['kraken open']);
    configure(600);
    expect(changes).toEqual(['kraken open']);
    configure(300);
    expect(changes).toEqual(['kraken open', 'kraken closed']);
    await desks.close();
    await server.close();
  });
});

const asked = (desk: Desk | null, symbol = 'bars.csv'): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    desk?.ask({
      question: () => ({
        symbol,
        timeframe: '1h',
        calendar: calendarOf('24x7'),
        from: instant('2026-03-02T00:00:00Z'),
        to: instant('2026-03-02T12:00:00Z'),
      }),
      onAnswer: resolve,
      onDropped: reject,
    });
  });

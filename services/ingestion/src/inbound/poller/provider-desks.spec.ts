import { instant } from '@tocsin/domain-kit';
import { ConfigFolder } from '../../../test/config-folder.ts';
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

const asked = (desk: Desk | null): Promise<Fetched> =>
  new Promise((resolve, reject) => {
    desk?.ask({
      question: () => ({
        symbol: 'bars.csv',
        timeframe: '1h',
        calendar: calendarOf('24x7'),
        from: instant('2026-03-02T00:00:00Z'),
        to: instant('2026-03-02T12:00:00Z'),
      }),
      onAnswer: resolve,
      onDropped: reject,
    });
  });

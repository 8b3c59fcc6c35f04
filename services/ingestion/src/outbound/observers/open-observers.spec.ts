import { instant, plusMs } from '@tocsin/domain-kit';
import { ProviderServer } from '../../../test/provider-server.ts';
import { openObservers, type OpenObservers, type ProviderAccess } from './open-observers.ts';

const at = instant('2026-11-24T10:00:00.000Z');
const keySince = instant('2026-10-01T08:00:00.000Z');
const unemployment = { provider: 'fred', series: 'UNRATE' } as const;
const rate = { provider: 'fred', series: 'FEDFUNDS' } as const;
const euro = { provider: 'frankfurter', base: 'EUR', quotes: ['USD'] } as const;

describe('the providers of observers', () => {
  let server: ProviderServer;
  let opened: OpenObservers;
  let changes: unknown[];
  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  beforeEach(() => {
    server.clear();
    changes = [];
    const access: ProviderAccess = {
      url: server.url,
      key: 's3cret',
      keySince,
      requestsPerMinute: 1_000,
      requestsPerDay: 10,
    };
    opened = openObservers([unemployment, rate, euro], new Map([['fred', access]]), (provider, { state, failed }) => {
      changes.push([provider, state, failed]);
    });
  });
  afterEach(() => opened.close());
  afterAll(() => server.close());

  const look = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1)
      await opened.rounds[time % 2]?.observer.observe(new Map(), plusMs(at, time));
  };
  const fred = () => opened.providers.find(({ name }) => name === 'fred');

  it('are told apart, each with what it was called and what its key allows', async () => {
    server.willAnswer({ body: { count: 0, observations: [] } }, { status: 503 });
    await look(2);
    expect(opened.providers.map(({ name, keySince: since }) => [name, since])).toEqual([
      ['fred', keySince],
      ['frankfurter', null],
    ]);
    expect([fred()?.sent(), fred()?.quotaLeft()]).toEqual([2, 8]);
    expect(opened.providers.map(({ sent, quotaLeft }) => [sent(), quotaLeft()])[1]).toEqual([0, null]);
  });

  it('are left alone when their calls keep failing, whichever thing of theirs was looked at, and that is told', async () => {
    server.willAnswer({ status: 503 }, { status: 503 }, { status: 503 });
    await look(3);
    expect(changes).toEqual([['fred', 'open', 3]]);
    await look(2);
    expect(server.takeRequests()).toHaveLength(3);
    expect(fred()?.sent()).toBe(3);
    opened.forget();
    expect(changes.slice(1)).toEqual([['fred', 'closed', 0]]);
  });

  it('are nothing to tell of while they are called as usual', () => {
    opened.forget();
    expect(changes).toEqual([]);
  });
});

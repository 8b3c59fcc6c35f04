import type { TocsinConfig } from '@tocsin/contracts';
import { decimal, instant, isRefusal } from '@tocsin/domain-kit';
import { ProviderServer, type ScriptedAnswer } from '../../../test/provider-server.ts';
import { seriesDecider } from '../../domain/series/series.decider.ts';
import type { Series } from '../../domain/series/series.ts';
import type { Known, Observed, Observer } from './observer.ts';
import { openObservers, type OpenObservers } from './open-observers.ts';

type Watched = NonNullable<TocsinConfig['observations']>[number];

const at = instant('2026-11-24T10:00:00.000Z');
const KEY = 's3cret-key';

const unemployment = { provider: 'fred', series: 'UNRATE' } as const;
const euro = { provider: 'frankfurter', base: 'EUR', quotes: ['USD', 'CHF'] } as const;
const bank = { provider: 'newsapi', topic: 'ecb', query: '"European Central Bank" & rates' } as const;

const fredRow = (date: string, value: string, from: string, until = '9999-12-31'): object => ({
  realtime_start: from,
  realtime_end: until,
  date,
  value,
});
const fredAnswer = (...observations: readonly object[]): ScriptedAnswer => ({
  body: { count: observations.length, observations },
});
const article = (number: number, publishedAt = '2026-11-24T09:00:00Z'): object => ({
  source: { id: null, name: 'Example' },
  title: `Headline ${number}`,
  description: null,
  url: `https://example.com/${number}`,
  publishedAt,
});
const newsAnswer = (...articles: readonly object[]): ScriptedAnswer => ({
  body: { status: 'ok', totalResults: articles.length, articles },
});

describe('observers', () => {
  let server: ProviderServer;
  let opened: OpenObservers | null = null;
  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  beforeEach(() => {
    server.clear();
  });
  afterEach(async () => {
    await opened?.close();
    opened = null;
  });
  afterAll(() => server.close());

  const observer = (watched: Watched): Observer => {
    const access = { url: `${server.url}/`, key: KEY, keySince: null, requestsPerMinute: 1_000, requestsPerDay: null };
    opened = openObservers([watched], new Map([[watched.provider, access]]), () => undefined);
    const [round] = opened.rounds;
    if (round === undefined) throw new Error('one thing is watched');
    return round.observer;
  };
  const nothing: Known = new Map();
  const commandOf = (observed: Observed) => {
    if (observed.kind === 'failure') throw new Error(observed.message);
    const [sight] = observed.sights;
    if (sight === undefined) throw new Error('something was seen');
    return sight.command;
  };
  /** What would be known after this had been seen. */
  const knownBy = (observed: Observed): Known => {
    if (observed.kind === 'failure') throw new Error(observed.message);
    return new Map(
      observed.sights.map(({ key, command }) => {
        const outcome = seriesDecider.decide(command, seriesDecider.initialState());
        if (isRefusal(outcome)) throw new Error('a series refuses nothing');
        return [key, outcome.reduce<Series>(seriesDecider.evolve, seriesDecider.initialState())];
      }),
    );
  };

  it('look as often as it pays, unless the configuration knows better', async () => {
    const open = openObservers([unemployment, euro, { ...bank, everyMs: 1_000 }], new Map(), () => undefined);
    expect(open.rounds.map(({ observer: { provider, keys }, everyMs }) => [provider, keys, everyMs])).toEqual([
      ['fred', ['fred-UNRATE'], 21_600_000],
      ['frankfurter', ['frankfurter-EURUSD', 'frankfurter-EURCHF'], 3_600_000],
      ['newsapi', ['newsapi-ecb'], 1_000],
    ]);
    await open.close();
  });

  describe('of FRED', () => {
    it('ask for five years of a series that is new, with all vintages', async () => {
      server.willAnswer(
        fredAnswer(fredRow('2026-10-01', '4.1', '2026-11-06'), fredRow('2026-09-01', '.', '2026-10-02')),
      );
      const observed = await observer(unemployment).observe(nothing, at);
      expect(commandOf(observed)).toEqual({
        type: 'ObserveMacro',
        data: {
          series: 'fred-UNRATE',
          provider: 'fred',
          name: 'UNRATE',
          values: [
            { observedOn: '2026-10-01', value: '4.1', vintageOn: '2026-11-06' },
            { observedOn: '2026-09-01', value: null, vintageOn: '2026-10-02' },
          ],
          at,
        },
      });
      expect(server.takeRequests()).toMatchObject([
        {
          path: '/fred/series/observations',
          query: {
            series_id: 'UNRATE',
            api_key: KEY,
            file_type: 'json',
            observation_start: '2021-11-25',
            realtime_start: '2021-11-25',
            realtime_end: '9999-12-31',
            limit: '100000',
            offset: '0',
          },
        },
      ]);
    });

    it('ask for what was published since, and take nothing that was so before for news', async () => {
      const fred = observer(unemployment);
      server.willAnswer(
        fredAnswer(
          fredRow('2026-09-01', '4.3', '2026-10-02', '2026-11-05'),
          fredRow('2026-10-01', '4.1', '2026-11-06'),
        ),
      );
      const known = knownBy(await fred.observe(nothing, at));
      server.takeRequests();
      server.willAnswer(
        fredAnswer(
          fredRow('2026-09-01', '4.3', '2026-11-05', '2026-11-05'), // So before, and no more.
          fredRow('2026-08-01', '4.2', '2026-11-05'), // So before, and still.
          fredRow('2026-09-01', '4.2', '2026-11-06'),
          fredRow('2026-10-01', '4.1', '2026-11-06'),
          fredRow('2026-10-01', '4.0', '2026-12-04'), // From a day that is not yet.
        ),
      );
      const observed = await fred.observe(known, at);
      expect(server.takeRequests()).toMatchObject([{ query: { realtime_start: '2026-11-05' } }]);
      expect(observed).toMatchObject({
        unreadable: 1,
        sights: [
          {
            command: {
              data: {
                values: [
                  { observedOn: '2026-08-01', value: '4.2', vintageOn: null },
                  { observedOn: '2026-09-01', value: '4.2', vintageOn: '2026-11-06' },
                  { observedOn: '2026-10-01', value: '4.1', vintageOn: '2026-11-06' },
                ],
              },
            },
          },
        ],
      });
    });

    it('turn pages', async () => {
      server.willAnswer(
        { body: { count: 2, observations: [fredRow('2026-09-01', '4.2', '2026-10-02')] } },
        { body: { count: 2, observations: [fredRow('2026-10-01', '4.1', '2026-11-06')] } },
      );
      expect(commandOf(await observer(unemployment).observe(nothing, at))).toMatchObject({
        data: { values: [{ value: '4.2' }, { value: '4.1' }] },
      });
      expect(server.takeRequests().map(({ query }) => query['offset'])).toEqual(['0', '1']);
    });

    it('ask for a series without vintages as it is today, and never for vintages of it again', async () => {
      const fred = observer(unemployment);
      const noVintages = {
        status: 400,
        body: {
          error_code: 400,
          error_message: 'Bad Request.  The series does not exist in ALFRED but may exist in FRED.',
        },
      };
      server.willAnswer(noVintages, fredAnswer(fredRow('2026-10-01', '4.1', '2026-11-24')));
      const observed = await fred.observe(nothing, at);
      expect(commandOf(observed)).toMatchObject({
        data: { values: [{ observedOn: '2026-10-01', value: '4.1', vintageOn: null }] },
      });
      server.willAnswer(fredAnswer(fredRow('2026-10-01', '4.1', '2026-11-24')));
      await fred.observe(knownBy(observed), at);
      expect(server.takeRequests().map(({ query }) => [query['observation_start'], query['realtime_start']])).toEqual([
        ['2021-11-25', '2021-11-25'],
        ['2021-11-25', undefined],
        ['2026-10-01', undefined],
      ]);
    });
  });

  describe('of Frankfurter', () => {
    it('ask for ninety days at first, then from the newest day of the rate that is furthest behind', async () => {
      const frankfurter = observer(euro);
      const rates = { '2026-11-20': { USD: 1.15, CHF: 0.93 }, '2026-11-23': { USD: 1.1532 } };
      server.willAnswer({ body: { base: 'EUR', rates } }, { body: { base: 'EUR', rates: {} } });
      const observed = await frankfurter.observe(nothing, at);
      expect(observed).toEqual({
        kind: 'seen',
        unreadable: 0,
        sights: [
          {
            key: 'frankfurter-EURUSD',
            command: {
              type: 'ObserveRate',
              data: {
                rate: 'frankfurter-EURUSD',
                provider: 'frankfurter',
                base: 'EUR',
                quote: 'USD',
                fixings: [
                  { rateOn: '2026-11-20', price: decimal('1.15') },
                  { rateOn: '2026-11-23', price: decimal('1.1532') },
                ],
                at,
              },
            },
          },
          expect.objectContaining({ key: 'frankfurter-EURCHF' }),
        ],
      });
      await frankfurter.observe(knownBy(observed), at);
      expect(server.takeRequests()).toMatchObject([
        { path: '/v1/2026-08-26..', query: { base: 'EUR', symbols: 'USD,CHF' } },
        { path: '/v1/2026-11-20..', query: { base: 'EUR', symbols: 'USD,CHF' } },
      ]);
    });
  });

  describe('of NewsAPI', () => {
    const page = (from: number): ScriptedAnswer =>
      newsAnswer(...Array.from({ length: 100 }, (_, index) => article(from + index)));

    it('ask for the newest page at first, with the key where nobody logs it', async () => {
      server.willAnswer(page(0));
      expect(commandOf(await observer(bank).observe(nothing, at))).toMatchObject({
        type: 'ObserveHeadlines',
        data: { topic: 'newsapi-ecb', headlines: { length: 100 } },
      });
      const [request, ...others] = server.takeRequests();
      expect(others).toEqual([]);
      expect(request).toMatchObject({
        path: '/v2/everything',
        headers: { 'x-api-key': KEY },
        query: { q: bank.query, language: 'en', sortBy: 'publishedAt', pageSize: '100', page: '1' },
      });
      expect(request?.query['from']).toBeUndefined();
    });

    it('ask then for all that is newer, with an hour for what comes late, page by page', async () => {
      const newsapi = observer(bank);
      server.willAnswer(newsAnswer(article(0)));
      const known = knownBy(await newsapi.observe(nothing, at));
      server.takeRequests();
      server.willAnswer(page(0), newsAnswer(article(100)));
      expect(commandOf(await newsapi.observe(known, at))).toMatchObject({ data: { headlines: { length: 101 } } });
      expect(server.takeRequests().map(({ query }) => [query['from'], query['page']])).toEqual([
        ['2026-11-24T08:00:00', '1'],
        ['2026-11-24T08:00:00', '2'],
      ]);
    });

    it.each([
      ['a status', { status: 426, body: { status: 'error', code: 'maximumResultsReached', message: 'Upgrade.' } }],
      ['an error', { body: { status: 'error', code: 'maximumResultsReached', message: 'Upgrade.' } }],
    ])('take what a plan includes, and stop where it ends, by %s', async (_, end) => {
      const newsapi = observer(bank);
      server.willAnswer(newsAnswer(article(0)), page(0), end);
      const known = knownBy(await newsapi.observe(nothing, at));
      expect(commandOf(await newsapi.observe(known, at))).toMatchObject({ data: { headlines: { length: 100 } } });
    });

    it('never ask for what is older than every plan allows', async () => {
      const newsapi = observer(bank);
      server.willAnswer(newsAnswer(article(0, '2026-08-01T00:00:00Z')), newsAnswer());
      await newsapi.observe(knownBy(await newsapi.observe(nothing, at)), at);
      expect(server.takeRequests()[1]?.query['from']).toBe('2026-10-26T10:00:00');
    });

    it('wait a quarter of an hour when they asked too often, as an answer without a status says', async () => {
      server.willAnswer({ body: { status: 'error', code: 'rateLimited', message: 'Too many.' } });
      expect(await observer(bank).observe(nothing, at)).toEqual({
        kind: 'failure',
        message: 'newsapi: Too many.',
        retryAfterMs: 900_000,
        isRefused: false,
        isUnreached: false,
      });
    });
  });
});

import type { HeadlineObserved, MacroObserved, RateObserved } from '@tocsin/contracts';
import { decimal, instant, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { RECENT_VALUES_MAX } from './macro.ts';
import { RECENT_RATES_MAX } from './rate.ts';
import { seriesDecider } from './series.decider.ts';
import type { ObservedValue, SeriesCommand } from './series.ts';

const { given } = specify(seriesDecider);

const at = instant('2026-11-24T10:00:00.000Z');

describe('a macro-economic series', () => {
  type Told = readonly [observedOn: string, value: string | null, vintageOn: string | null];
  const observe = (...values: readonly Told[]): SeriesCommand => ({
    type: 'ObserveMacro',
    data: { series: 'fred-UNRATE', provider: 'fred', name: 'UNRATE', values: values.map(told), at },
  });
  const told = ([observedOn, value, vintageOn]: Told): ObservedValue => ({
    observedOn,
    value: value === null ? null : decimal(value),
    vintageOn,
  });
  const observed = (observedOn: string, value: string | null, vintageOn: string): MacroObserved => ({
    type: 'MacroObserved',
    data: {
      series: 'fred-UNRATE',
      provider: 'fred',
      name: 'UNRATE',
      observedOn,
      value: value === null ? null : decimal(value),
      vintageOn,
      at,
    },
  });
  const september = observed('2026-09-01', '4.2', '2026-10-02');

  it('tells a value, and tells one that is missing as missing', () => {
    given()
      .when(observe(['2026-09-01', '4.2', '2026-10-02'], ['2026-10-01', null, '2026-11-06']))
      .then(september, observed('2026-10-01', null, '2026-11-06'));
  });

  it('tells a day that is new, and is silent about those that are known', () => {
    given(september)
      .when(observe(['2026-09-01', '4.2', '2026-10-02'], ['2026-10-01', '4.1', '2026-11-06']))
      .then(observed('2026-10-01', '4.1', '2026-11-06'));
    given(september)
      .when(observe(['2026-09-01', '4.2', '2026-10-02']))
      .thenNothing();
  });

  it('tells a later vintage of a known day, and a correction within a vintage', () => {
    given(september)
      .when(observe(['2026-09-01', '4.3', '2026-11-06']))
      .then(observed('2026-09-01', '4.3', '2026-11-06'));
    given(september)
      .when(observe(['2026-09-01', '4.4', '2026-10-02']))
      .then(observed('2026-09-01', '4.4', '2026-10-02'));
  });

  it('is silent about a vintage before the one that is known', () => {
    given(september)
      .when(observe(['2026-09-01', '4.9', '2026-10-01']))
      .thenNothing();
  });

  it('tells vintages in their order, and the last of two that contradict each other', () => {
    given()
      .when(
        observe(
          ['2026-09-01', '4.3', '2026-11-06'],
          ['2026-09-01', '4.1', '2026-10-02'],
          ['2026-09-01', '4.2', '2026-10-02'],
        ),
      )
      .then(september, observed('2026-09-01', '4.3', '2026-11-06'));
  });

  it('counts a value without a vintage from the day on which it was fetched, and tells it once', () => {
    given()
      .when(observe(['2026-09-01', '4.2', null]))
      .then(observed('2026-09-01', '4.2', '2026-11-24'));
    given(september)
      .when(observe(['2026-09-01', '4.2', null]))
      .thenNothing();
    given(september)
      .when(observe(['2026-09-01', '4.3', null]))
      .then(observed('2026-09-01', '4.3', '2026-11-24'));
  });

  describe('with more days than it remembers', () => {
    const day = (number: number): string => `2025-${String(number).padStart(2, '0')}-01`;
    const old = observed('2019-12-01', '3.5', '2020-01-03');
    const since = Array.from({ length: RECENT_VALUES_MAX }, (_, index) =>
      observed(`20${20 + Math.floor(index / 12)}-${day((index % 12) + 1).slice(5)}`, '4', '2024-02-02'),
    );

    it('is silent about a forgotten day until there is another vintage of it', () => {
      given(old, ...since)
        .when(observe(['2019-12-01', '3.5', '2020-01-03'], ['2019-12-01', '3.5', null]))
        .thenNothing();
      given(old, ...since)
        .when(observe(['2019-12-01', '3.6', '2024-03-01']))
        .then(observed('2019-12-01', '3.6', '2024-03-01'));
    });

    it('tells every day of a revision of the past, and none of them again', () => {
      const revised = observe(['2019-11-01', '3.4', '2024-03-01'], ['2019-12-01', '3.6', '2024-03-01']);
      const facts = [observed('2019-11-01', '3.4', '2024-03-01'), observed('2019-12-01', '3.6', '2024-03-01')] as const;
      given(old, ...since)
        .when(revised)
        .then(...facts);
      given(old, ...since, ...facts)
        .when(revised)
        .thenNothing();
      given(old, ...since, facts[0]) // It was cut off after the first of them.
        .when(revised)
        .then(facts[1]);
    });
  });
});

describe('a rate of exchange', () => {
  const observe = (...fixings: readonly (readonly [rateOn: string, price: string])[]): SeriesCommand => ({
    type: 'ObserveRate',
    data: {
      rate: 'frankfurter-EURUSD',
      provider: 'frankfurter',
      base: 'EUR',
      quote: 'USD',
      fixings: fixings.map(([rateOn, price]) => ({ rateOn, price: decimal(price) })),
      at,
    },
  });
  const observed = (rateOn: string, price: string): RateObserved => ({
    type: 'RateObserved',
    data: {
      rate: 'frankfurter-EURUSD',
      provider: 'frankfurter',
      base: 'EUR',
      quote: 'USD',
      rateOn,
      price: decimal(price),
      at,
    },
  });

  it('tells each fixing once, by day', () => {
    given()
      .when(observe(['2026-11-23', '1.1532'], ['2026-11-20', '1.15']))
      .then(observed('2026-11-20', '1.15'), observed('2026-11-23', '1.1532'));
    given(observed('2026-11-23', '1.1532'))
      .when(observe(['2026-11-23', '1.1532']))
      .thenNothing();
  });

  it('tells a fixing again when it was revised, and a day that had been left out', () => {
    given(observed('2026-11-20', '1.15'), observed('2026-11-23', '1.1532'))
      .when(observe(['2026-11-23', '1.1533'], ['2026-11-21', '1.14']))
      .then(observed('2026-11-21', '1.14'), observed('2026-11-23', '1.1533'));
  });

  it('is silent about days before those that it remembers', () => {
    const days = Array.from({ length: RECENT_RATES_MAX }, (_, index) =>
      instant(Date.parse('2026-10-01') + index * 86_400_000).slice(0, 10),
    );
    const [first, ...others] = days.map((day) => observed(day, '1.1'));
    if (first === undefined) throw new Error('there are days');
    given(first, ...others)
      .when(observe(['2026-09-30', '1.2']))
      .thenNothing();
    given(...others)
      .when(observe(['2026-09-30', '1.2']))
      .then(observed('2026-09-30', '1.2'));
  });
});

describe('a topic', () => {
  const published = instant('2026-11-24T09:00:00.000Z');
  const headline = (url: string, publishedAt: Instant = published) => ({
    title: 'ECB keeps rates',
    summary: '',
    url,
    outlet: 'Example',
    publishedAt,
  });
  const observe = (...headlines: readonly ReturnType<typeof headline>[]): SeriesCommand => ({
    type: 'ObserveHeadlines',
    data: { topic: 'newsapi-ecb', provider: 'newsapi', headlines, at },
  });
  const observed = (url: string, publishedAt: Instant = published): HeadlineObserved => ({
    type: 'HeadlineObserved',
    data: { topic: 'newsapi-ecb', provider: 'newsapi', ...headline(url, publishedAt), isUntrusted: true, at },
  });
  const earlier = instant('2026-11-24T08:59:00.000Z');

  it('tells headlines in the order in which they were published, each address once', () => {
    given()
      .when(observe(headline('https://a/2'), headline('https://a/1', earlier), headline('https://a/2')))
      .then(observed('https://a/1', earlier), observed('https://a/2'));
  });

  it('is silent about an address that was told, whatever its words are now', () => {
    given(observed('https://a/1'))
      .when(observe({ ...headline('https://a/1', earlier), title: 'ECB keeps rates steady' }))
      .thenNothing();
  });

  it('tells one that comes late', () => {
    given(observed('https://a/2'))
      .when(observe(headline('https://a/1', earlier)))
      .then(observed('https://a/1', earlier));
  });

  it('is silent about what it has forgotten, and about nothing that is newer', () => {
    const many = Array.from({ length: 201 }, (_, index) => observed(`https://a/${index}`));
    given(...many)
      .when(observe(headline('https://a/0')))
      .thenNothing();
    const later = instant('2026-11-24T09:01:00.000Z');
    given(...many)
      .when(observe(headline('https://a/new', later)))
      .then(observed('https://a/new', later));
  });

  it('is not hidden by a headline from the future', () => {
    const future = Array.from({ length: 201 }, (_, index) =>
      observed(`https://a/${index}`, instant('2099-01-01T00:00:00.000Z')),
    );
    const next = { ...observe(headline('https://a/next', instant('2026-11-24T10:01:00.000Z'))) };
    given(...future)
      .when(next)
      .then(observed('https://a/next', instant('2026-11-24T10:01:00.000Z')));
  });
});

import { readFrankfurter } from './frankfurter/frankfurter.reading.ts';
import { readFred } from './fred/fred.reading.ts';
import { readNewsapi } from './newsapi/newsapi.reading.ts';

const today = '2026-11-24';

describe('an answer of FRED', () => {
  const observation = (value: unknown, told: object = {}): object => ({
    realtime_start: '2026-11-06',
    realtime_end: '9999-12-31',
    date: '2026-10-01',
    value,
    ...told,
  });
  const valuesOf = (...observations: readonly object[]): unknown => {
    const reading = readFred(JSON.stringify({ count: observations.length, observations }), today);
    return reading.kind === 'told' ? reading.told.values.map(({ value }) => value) : reading;
  };

  it('tells values as they are written, with the time for which they were published', () => {
    expect(readFred(JSON.stringify({ count: 1, observations: [observation('4.10')] }), today)).toEqual({
      kind: 'told',
      told: {
        values: [{ observedOn: '2026-10-01', value: '4.10', vintageOn: '2026-11-06', publishedUntil: '9999-12-31' }],
        rows: 1,
        count: 1,
      },
      unreadable: 0,
    });
  });

  it.each([
    ['3.7', '3.7'],
    ['-0.25', '-0.25'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['.', null],
    [3.7, '3.7'],
  ])('with the value %j tells %j', (told, value) => {
    expect(valuesOf(observation(told))).toEqual([value]);
  });

  it.each(['', ' ', 'n/a', '1,000', '1e400', null, true, [], {}, '..', '--1', `0.${'1'.repeat(64)}`])(
    'with the value %j tells nothing of that day, and counts it',
    (told) => {
      const text = JSON.stringify({ observations: [observation(told), observation('1')] });
      expect(readFred(text, today)).toMatchObject({ told: { values: [{ value: '1' }], rows: 2 }, unreadable: 1 });
    },
  );

  it('tells nothing of days that there are not, or that are not yet', () => {
    const bad = [{ date: '2026-02-30' }, { date: '' }, { realtime_start: '2026-11-25' }, { realtime_start: null }];
    expect(valuesOf(...bad.map((told) => observation('1', told)), observation('2'))).toEqual(['2']);
  });

  it('may be an error, or something else', () => {
    expect(readFred('{"error_code":400,"error_message":"Bad Request."}', today)).toEqual({
      kind: 'refusal',
      words: 'Bad Request.',
      code: '400',
    });
    for (const body of ['<html></html>', '', '[]', 'null', '{"observations":{}}'])
      expect(readFred(body, today)).toEqual({ kind: 'garbage', body });
  });
});

describe('an answer of Frankfurter', () => {
  const asked = { base: 'EUR', quotes: ['USD', 'CHF'] };
  const read = (text: string): unknown => {
    const reading = readFrankfurter(text, asked, today);
    return reading.kind === 'told' ? { ...reading, told: Object.fromEntries(reading.told) } : reading;
  };

  it('tells each currency by day, digit for digit, and leaves what was not asked for', () => {
    const text =
      '{"amount":1.0,"base":"EUR","rates":{"2026-11-20":{"USD":1.1500,"GBP":0.88},"2026-11-23":{"CHF":0.93,"USD":1.1532}}}';
    expect(read(text)).toEqual({
      kind: 'told',
      told: {
        USD: [
          { rateOn: '2026-11-20', price: '1.1500' },
          { rateOn: '2026-11-23', price: '1.1532' },
        ],
        CHF: [{ rateOn: '2026-11-23', price: '0.93' }],
      },
      unreadable: 0,
    });
  });

  it('tells no price that is none, and none of a day that is not yet', () => {
    const rates = { '2026-11-20': { USD: 0, CHF: -1 }, '2026-11-25': { USD: 1 }, soon: { USD: 1 } };
    expect(read(JSON.stringify({ base: 'EUR', rates }))).toEqual({
      kind: 'told',
      told: { USD: [], CHF: [] },
      unreadable: 4,
    });
  });

  it('may be an error, or in another currency, or something else', () => {
    expect(read('{"message":"not found"}')).toEqual({ kind: 'refusal', words: 'not found', code: '' });
    for (const body of ['<html></html>', '', '{"base":"USD","rates":{}}', '{"rates":{}}'])
      expect(read(body)).toEqual({ kind: 'garbage', body });
  });
});

describe('an answer of NewsAPI', () => {
  const article = (told: object = {}): object => ({
    source: { id: null, name: 'Example' },
    author: null,
    title: 'ECB keeps rates',
    description: 'As expected.',
    url: 'https://example.com/ecb',
    urlToImage: null,
    publishedAt: '2026-11-24T09:00:00Z',
    content: 'The … [+2000 chars]',
    ...told,
  });
  const read = (...articles: readonly unknown[]): unknown => readNewsapi(JSON.stringify({ status: 'ok', articles }));

  it('tells headlines with their words on one line, clean and cut', () => {
    expect(
      read(
        article({ title: ' ECB\n\tkeeps \u0000rates ', description: 'x'.repeat(3_000) }),
        article({
          description: null,
          source: {},
          url: 'https://example.com/ü b',
          publishedAt: '2026-11-24T10:00:00+01:00',
        }),
      ),
    ).toEqual({
      kind: 'told',
      told: {
        headlines: [
          {
            title: 'ECB keeps \ufffdrates',
            summary: `${'x'.repeat(1_999)}…`,
            url: 'https://example.com/ecb',
            outlet: 'Example',
            publishedAt: '2026-11-24T09:00:00.000Z',
          },
          {
            title: 'ECB keeps rates',
            summary: '',
            url: 'https://example.com/%C3%BC%20b',
            outlet: '',
            publishedAt: '2026-11-24T09:00:00.000Z',
          },
        ],
        articles: 2,
      },
      unreadable: 0,
    });
  });

  it.each([
    { title: '' },
    { title: null },
    { url: 'javascript:alert(1)' },
    { url: 'ftp://example.com' },
    { url: '/ecb' },
    { url: `https://example.com/${'x'.repeat(2_000)}` },
    { publishedAt: '2026-02-30T00:00:00Z' },
    { publishedAt: '2026-11-24' },
    { publishedAt: '0000-01-01T00:00:00+01:00' },
    { publishedAt: 1_764_000_000 },
  ])('tells nothing of an article with %j', (told) => {
    expect(read(article(told), article())).toMatchObject({ told: { headlines: [{}], articles: 2 }, unreadable: 1 });
  });

  it('tells nothing of an article that was taken back', () => {
    expect(read(article({ title: '[Removed]', url: 'https://removed.com' }))).toEqual({
      kind: 'told',
      told: { headlines: [], articles: 1 },
      unreadable: 0,
    });
  });

  it('may be an error, or something else', () => {
    const error = { status: 'error', code: 'apiKeyInvalid', message: 'Your API key is invalid.' };
    expect(readNewsapi(JSON.stringify(error))).toEqual({
      kind: 'refusal',
      words: 'Your API key is invalid.',
      code: 'apiKeyInvalid',
    });
    for (const body of ['<html></html>', '', '{"status":"ok"}', '{"status":"ok","articles":1}'])
      expect(readNewsapi(body)).toEqual({ kind: 'garbage', body });
  });
});

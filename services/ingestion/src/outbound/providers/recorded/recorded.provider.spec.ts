import { instant, type Instant } from '@tocsin/domain-kit';
import { fx24x5 } from '../../../domain/calendars/fx-24x5.ts';
import { xnys } from '../../../domain/calendars/xnys.ts';
import { historicFeeds } from '../../../histories.ts';
import { readBarTable } from '../bar-table.ts';
import { RecordedProvider } from './recorded.provider.ts';

const at = (text: string): Instant => instant(text);

describe('a table of bars', () => {
  it('tells day bars by the opening of their session', () => {
    const text =
      'date,open,high,low,close,adjclose,volume\n2001-03-13,1180.16,1197.83,1171.5,1197.66,1197.66,1360900000';
    expect(readBarTable(text, xnys)).toEqual([
      {
        openAt: '2001-03-13T14:30:00.000Z',
        open: '1180.16',
        high: '1197.83',
        low: '1171.5',
        close: '1197.66',
        volume: '1360900000',
        revision: 0,
        raw: '2001-03-13,1180.16,1197.83,1171.5,1197.66,1197.66,1360900000',
      },
    ]);
  });

  it('tells shorter bars by the moment at which they open, and takes a missing volume for none', () => {
    const bars = readBarTable('openTime,Open,High,Low,Close\r\n2014-05-01T00:00:00Z,1,2,1,2\r\n\r\n', fx24x5);
    expect(bars).toMatchObject([{ openAt: '2014-05-01T00:00:00.000Z', close: '2', volume: '0' }]);
  });

  it('takes rows as they are, however broken', () => {
    const text = 'date,open,high,low,close,volume\n31 March,1,2\n2001-03-18,a,b,c,d,e\n2001-02-30,1,1,1,1,1';
    expect(readBarTable(text, xnys)).toMatchObject([
      { openAt: null, open: '1', high: '2', low: '', close: '', volume: '' },
      { openAt: '2001-03-18T00:00:00.000Z', open: 'a' }, // A Sunday: no bar opens then.
      { openAt: null },
    ]);
  });

  it.each(['2014-05-01T00:00:00', '2014-05-01 00:00', '2014-02-30T00:00:00Z', '01/05/2014', '2014-05-01T24:30:00Z'])(
    'takes %s for no moment: it names none, or another one on every machine',
    (time) => {
      expect(readBarTable(`openTime,open,high,low,close\n${time},1,1,1,1`, fx24x5)).toMatchObject([{ openAt: null }]);
    },
  );

  it.each(['<!doctype html><html></html>', '', 'date,open,high,low\n2001-03-13,1,1,1', '{"bars":[]}'])(
    'is not seen in %j',
    (text) => {
      expect(readBarTable(text, xnys)).toBeNull();
    },
  );
});

describe('recorded bars', () => {
  const options = {
    calendar: xnys,
    timeframe: '1d',
    backfillBars: 2,
    latencyMs: 900_000,
    beginAt: at('2000-01-03T21:00:00.000Z'),
  } as const;
  const row = (day: string, close: number): string => `${day},10,20,5,${close},1000`;
  const table = (...rows: string[]): string => ['date,open,high,low,close,volume', ...rows].join('\n');
  const provider = new RecordedProvider(
    table(
      row('2001-03-09', 11),
      row('2001-03-12', 12),
      row('2001-03-13', 13),
      row('2001-03-15', 15),
      'soon,1,2',
      row('2001-03-15', 16),
    ),
    options,
  );

  it('begin with history, once its last bar is there', () => {
    const { at: beginsAt, answer } = provider.begin();
    expect(beginsAt).toBe('2001-03-12T21:15:00.000Z');
    expect(answer).toMatchObject({ kind: 'bars', bars: [{ close: '11' }, { close: '12' }] });
  });

  it('are asked for at every boundary, so that a gap shows, and end with the last one', () => {
    const asks: string[] = [];
    let ask = provider.nextAsk(at('2001-03-12T21:15:00.000Z'));
    while (ask !== null) {
      asks.push(ask.barCloseAt);
      ask = provider.nextAsk(ask.at);
    }
    expect(asks).toEqual(['2001-03-13T21:00:00.000Z', '2001-03-14T21:00:00.000Z', '2001-03-15T21:00:00.000Z']);
  });

  it('are told as often as they stand there, a row without a time with the row before it', () => {
    const closes = (barCloseAt: string): unknown => {
      const answer = provider.ask({ barCloseAt: at(barCloseAt) });
      return answer.kind === 'bars' ? answer.bars.map(({ raw }) => raw) : answer;
    };
    expect(closes('2001-03-13T21:00:00.000Z')).toEqual([row('2001-03-13', 13)]);
    expect(closes('2001-03-14T21:00:00.000Z')).toEqual([]);
    expect(closes('2001-03-15T21:00:00.000Z')).toEqual([row('2001-03-15', 15), 'soon,1,2', row('2001-03-15', 16)]);
  });

  it('are garbage when the file is a page of HTML', () => {
    const page = new RecordedProvider('<html>Not found</html>', options);
    expect(page.begin()).toEqual({
      at: '2000-01-03T21:15:00.000Z',
      answer: { kind: 'garbage', body: '<html>Not found</html>' },
    });
    expect(page.nextAsk(at('2000-01-03T21:15:00.000Z'))).toBeNull();
  });

  it('of the S&P 500 are all told, the last one without a line break behind it too', async () => {
    const [spx] = await historicFeeds();
    const last = spx?.providers[0]?.ask({ barCloseAt: at('2020-04-17T20:00:00.000Z'), attempt: 1 });
    expect(last).toMatchObject({ kind: 'bars', bars: [{ close: '2874.560059', volume: '5792140000' }] });
    expect(spx?.providers[0]?.nextAsk(at('2020-04-17T20:14:59.999Z'))?.barCloseAt).toBe('2020-04-17T20:00:00.000Z');
    expect(spx?.providers[0]?.nextAsk(at('2020-04-17T20:15:00.000Z'))).toBeNull();
  });
});

import { instant, type Timeframe } from '@tocsin/domain-kit';
import { closedBar } from '../../test/closed-bars.ts';
import { bar } from '../../test/markets.ts';
import { overtakenAfter } from './overtaking.ts';

const closing = (timeframe: Timeframe, marketState: 'OPEN' | 'CLOSED') => {
  const said = closedBar(bar(0, 100), { timeframe, closeAt: instant('2014-05-06T10:00:00.000Z') });
  return overtakenAfter({ ...said, freshness: { ...said.freshness, marketState } });
};

describe('a bar is overtaken', () => {
  it.each([
    ['1m', '2014-05-06T10:01:06.000Z'],
    ['5m', '2014-05-06T10:05:30.000Z'],
    ['15m', '2014-05-06T10:15:30.000Z'],
    ['4h', '2014-05-06T14:00:30.000Z'],
    ['1d', '2014-05-07T12:00:00.000Z'],
  ] as const)('of %s, that closed at ten in an open market, after %s', (timeframe, at) => {
    expect(closing(timeframe, 'OPEN')).toBe(at);
  });

  it('at a time that it does not know, when it came in a closed market', () => {
    expect(closing('15m', 'CLOSED')).toBeNull();
    expect(closing('1d', 'CLOSED')).toBeNull();
  });
});

import { instant } from '@tocsin/domain-kit';
import { runKey, signalKey } from './run-key.ts';

const openAt = instant('2014-05-06T09:45:00.000Z');

describe('a run key', () => {
  it('names symbol, timeframe, bar, rules and model', () => {
    const bar = { symbol: 'EURUSD', timeframe: '15m', openAt } as const;
    expect(runKey(bar, 'rules-1', null)).toBe('run:EURUSD:15m:2014-05-06T09:45:00.000Z:rules-1:none');
    expect(runKey(bar, 'rules-2', 'linear-3')).toBe('run:EURUSD:15m:2014-05-06T09:45:00.000Z:rules-2:linear-3');
    expect(signalKey(bar)).toBe('sig:EURUSD:15m:2014-05-06T09:45:00.000Z');
  });

  it('can stand in a path, whatever the symbol', () => {
    const key = runKey({ symbol: 'EUR/USD:X', timeframe: '1d', openAt }, 'rules-1', null);
    expect(key).toBe('run:EUR=2FUSD=3AX:1d:2014-05-06T09:45:00.000Z:rules-1:none');
  });
});

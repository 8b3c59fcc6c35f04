import { pairOf, symbolToken, TIMEFRAMES } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { Problem } from '../../reading/problem.ts';
import { pairIn } from './pair-path.ts';

describe('a pair in a path', () => {
  it.each([
    ['EURUSD-15m', 'EURUSD-15m'],
    ['BRK.B-1d', 'BRK=2EB-1d'],
    ['BRK=2EB-1d', 'BRK=2EB-1d'],
    ['EUR/USD-15m', 'EUR=2FUSD-15m'],
    ['BTC-USD-1h', 'BTC=2DUSD-1h'],
    ['EURUSD=X-1d', 'EURUSD=3DX-1d'],
    ['ES=F1-1d', 'ES=3DF1-1d'], // 0xF1 is no character of a symbol, so this is no safe spelling.
    ['BRK=2eB-1d', 'BRK=3D2eB-1d'],
    ['A=41-1d', 'A=3D41-1d'], // A letter is never spelled by its code.
  ])('%s is %s', (path, pair) => {
    expect(pairIn(path)).toBe(pair);
  });

  it.each(['', '-15m', '15m', 'EURUSD', 'EURUSD-7m', 'EURUSD-', 'EUR USD-15m', 'Ä-15m', `${'x'.repeat(60)}-15m`])(
    'is not %j',
    (path) => {
      expect(() => pairIn(path)).toThrow(Problem);
    },
  );

  it('is told where it is misspelt', () => {
    const misspelt = (pointer?: string) => {
      try {
        return pairIn('EURUSD', pointer);
      } catch (error) {
        return error instanceof Problem ? error.more.errors?.map((wrong) => wrong.pointer) : error;
      }
    };
    expect(misspelt()).toEqual(['/path/pair']);
    expect(misspelt('/query/pair')).toEqual(['/query/pair']);
  });

  it('is found by its safe spelling, and by the symbol itself unless that reads as another’s safe spelling', () => {
    const symbols = fc.string({
      unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '=', '.', '/', '-', ':', '2', 'E', 'F'),
      minLength: 1,
      maxLength: 18,
    });
    fc.assert(
      fc.property(symbols, fc.constantFrom(...TIMEFRAMES), (symbol, timeframe) => {
        expect(pairIn(`${symbolToken(symbol)}-${timeframe}`)).toBe(pairOf(symbol, timeframe));
        fc.pre(!/=[0-9A-F]{2}/.test(symbol));
        expect(pairIn(`${symbol}-${timeframe}`)).toBe(pairOf(symbol, timeframe));
      }),
    );
  });
});

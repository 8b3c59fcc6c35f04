import fc from 'fast-check';
import { decimal, decimalOf, toNumber } from './decimal.ts';
import { earlierOf, instant, laterOf, msBetween, plusMs } from './instant.ts';
import { isTimeframe, pairOf, symbolToken, TIMEFRAMES } from './instrument.ts';
import { isRefusal, refuse } from './message.ts';

describe('an instant', () => {
  it('is UTC with milliseconds, however it was written', () => {
    expect(instant('2026-03-02T10:30:00+01:00')).toBe('2026-03-02T09:30:00.000Z');
    expect(instant(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  it('refuses what is no moment, and names it', () => {
    expect(() => instant('tomorrow')).toThrow(/'tomorrow' is not a moment/);
  });

  it('sorts as text as it does in time', () => {
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instant);
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect(a < b).toBe(msBetween(a, b) > 0);
        expect([earlierOf(a, b), laterOf(a, b)]).toEqual([a, b].sort());
        expect(plusMs(a, msBetween(a, b))).toBe(b);
      }),
    );
  });
});

describe('a decimal', () => {
  it.each(['0', '-0.5', '1469.250000', '12345678901234567890.12'])('keeps %s as it was said', (text) => {
    expect(decimal(text)).toBe(text);
  });

  it.each(['', '1e5', '+1', '.5', '01', 'NaN', 'Infinity', '1,000', ' 1'])('refuses %j', (text) => {
    expect(() => decimal(text)).toThrow(RangeError);
  });

  it('is within half a unit of the number that it was rounded from', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 8 }), (value, places) => {
        expect(Math.abs(toNumber(decimalOf(value, places)) - value)).toBeLessThanOrEqual(0.5 * 10 ** -places + 1e-6);
      }),
    );
  });
});

describe('a symbol', () => {
  it.each([
    ['EURUSD', 'EURUSD'],
    ['BTC-EUR', 'BTC=2DEUR'],
    ['BRK.B', 'BRK=2EB'],
    ['EUR/USD', 'EUR=2FUSD'],
  ])('%s is spelled %s where it is a subject token', (symbol, token) => {
    expect(symbolToken(symbol)).toBe(token);
  });

  it('is told from every other symbol by its token, and its longest scope is a token still', () => {
    const symbol = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 18,
    });
    fc.assert(
      fc.property(symbol, symbol, (a, b) => {
        expect(symbolToken(a) === symbolToken(b)).toBe(a === b);
        expect(`pair-${pairOf(a, '15m')}`).toMatch(/^[A-Za-z0-9_=-]{1,64}$/);
      }),
    );
  });

  it.each(['', 'EUR USD', 'ÜBER', 'X'.repeat(56)])('%j is refused at the door', (symbol) => {
    expect(() => symbolToken(symbol)).toThrow(RangeError);
  });
});

describe('a timeframe', () => {
  it('is one of those that are known, and nothing else', () => {
    expect(TIMEFRAMES.every(isTimeframe)).toBe(true);
    expect(isTimeframe('toString')).toBe(false);
  });
});

describe('a refusal', () => {
  it('is told from facts', () => {
    expect(isRefusal(refuse('too-late', 'It is over.'))).toBe(true);
    expect(isRefusal([])).toBe(false);
  });
});

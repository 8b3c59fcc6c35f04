import { decimal, toNumber } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { exitLevels } from './exit-levels.ts';

const quoted = (open: string, high: string, low: string, close: string) => ({
  open: decimal(open),
  high: decimal(high),
  low: decimal(low),
  close: decimal(close),
});
const eurusd = quoted('1.1990', '1.2004', '1.1985', '1.2000');

describe('exit levels', () => {
  it('of a close of 1.2000 and an ATR of 0.0012 are 1.1982 and 1.2036', () => {
    expect(exitLevels('long', eurusd, 0.0012)).toEqual({ stopLoss: '1.1982', takeProfit: '1.2036' });
    expect(exitLevels('short', eurusd, 0.0012)).toEqual({ stopLoss: '1.2018', takeProfit: '1.1964' });
  });

  it('have the digits that the bar was quoted with, and more where those are too coarse', () => {
    expect(exitLevels('long', quoted('1.19901', '1.2', '1.1', '1.2'), 0.00123456)?.stopLoss).toBe('1.19815');
    expect(exitLevels('long', quoted('100', '101', '99', '100'), 0.5)).toEqual({
      stopLoss: '99.25',
      takeProfit: '101.50',
    });
  });

  it('are none where the market moves more than it is worth', () => {
    expect(exitLevels('long', quoted('1', '4', '1', '2'), 1.5)).toBeNull();
    expect(exitLevels('short', quoted('1', '4', '1', '2'), 1)).toBeNull();
  });

  it('lie on either side of the close, the target twice as far as the stop', () => {
    const atr = fc.double({ min: 1e-5, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom('long' as const, 'short' as const), atr, (side, atr14) => {
        const levels = exitLevels(side, eurusd, atr14);
        const [stop, target] = [
          toNumber(levels?.stopLoss ?? eurusd.close),
          toNumber(levels?.takeProfit ?? eurusd.close),
        ];
        const risk = side === 'long' ? 1.2 - stop : stop - 1.2;
        expect(risk).toBeGreaterThan(0);
        expect(Math.abs(target - 1.2)).toBeCloseTo(2 * risk, 12);
        expect(Math.abs(risk - 1.5 * atr14)).toBeLessThan(0.06 * atr14);
      }),
    );
  });
});

import { WSMA } from 'trading-signals';

/**
 * Wilder's average as trading-signals has it, byte for byte, without the plain average that the library goes on
 * computing for every bar after the first `interval`. RSI, ATR and ADX spend four fifths of their time on that.
 */
export class WilderAverage extends WSMA {
  override update(value: number, replace: boolean): number | null {
    const previous = replace ? this.previousResult : this.result;
    if (previous === undefined) return super.update(value, replace);
    return this.setResult((value - previous) * (1 / this.interval) + previous, replace);
  }
}

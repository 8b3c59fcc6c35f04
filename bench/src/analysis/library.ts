import { ADX, ATR, BollingerBands, EMA, MACD, RSI, WSMA } from 'trading-signals';
import type { PriceBar } from '@tocsin/analysis/analysing';

/** The indicators that the rules read, as the library's documentation sets them up; nothing is judged by them. */
export class LibraryIndicators {
  readonly #ofCloses = [
    new EMA(20),
    new EMA(50),
    new MACD(new EMA(12), new EMA(26), new EMA(9)),
    new RSI(14, WSMA),
    new BollingerBands(20, 2),
  ] as const;
  readonly #ofBars = [new ATR(14, WSMA), new ADX(14)] as const;

  add(bar: PriceBar): void {
    for (const indicator of this.#ofCloses) indicator.add(bar.close);
    for (const indicator of this.#ofBars) indicator.add(bar);
  }

  /** The RSI, to show that something was counted. */
  get rsi(): number {
    return this.#ofCloses[3].getResultOrThrow();
  }
}

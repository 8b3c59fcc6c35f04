import { isAbove } from '../comparison.ts';
import { WilderAverage } from './wilder-average.ts';

/**
 * Wilder's average directional index, 0 to 100, on the library's averages; equal to the library's ADX wherever that is
 * Wilder's. It is not in two cases. A bar that reaches out as far above as below is no directional movement; there the
 * library counts both, or the one that the last bit of a binary fraction favours. And after bars without any range it
 * divides zero by zero and answers NaN from then on; here a market that did not move has no direction, which is 0.
 */
export class DirectionalIndex {
  readonly #ups: WilderAverage;
  readonly #downs: WilderAverage;
  readonly #average: WilderAverage;
  readonly #noise: number;
  #before: { readonly high: number; readonly low: number } | undefined;

  /** @param noise two movements nearer than this are equally long, in units of price. */
  constructor(interval: number, noise: number) {
    this.#ups = new WilderAverage(interval);
    this.#downs = new WilderAverage(interval);
    this.#average = new WilderAverage(interval);
    this.#noise = noise;
  }

  add(bar: { readonly high: number; readonly low: number }): void {
    const before = this.#before ?? bar;
    this.#before = bar;

    const up = bar.high - before.high;
    const down = before.low - bar.low;
    const ups = this.#ups.add(up > 0 && isAbove(up, down, this.#noise) ? up : 0);
    const downs = this.#downs.add(down > 0 && isAbove(down, up, this.#noise) ? down : 0);
    if (ups === null || downs === null) return;

    // Both directional indicators are divided by the same true range, so their ratio does without it.
    const sum = ups + downs;
    this.#average.add(sum > 0 ? (100 * Math.abs(ups - downs)) / sum : 0);
  }

  /** @throws {NotEnoughDataError} before 2 * interval - 1 bars. */
  getResultOrThrow(): number {
    return this.#average.getResultOrThrow();
  }
}

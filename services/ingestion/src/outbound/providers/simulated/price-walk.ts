import { decimalOf } from '@tocsin/domain-kit';
import type { BarSpan } from '../../../domain/bar-grid.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import { chanceFrom } from '../../../domain/random.ts';

export type WalkOptions = {
  readonly seed: number;
  readonly startPrice: number;
  /** Standard deviation of the logarithm of one bar's price change. */
  readonly volatility: number;
  /** Digits after the point. */
  readonly digits: number;
};

/** Prices within a bar: its high and low are those of a path, so that open and close never leave them. */
const STEPS_PER_BAR = 15;
const VOLUME = { least: 40, spread: 360 } as const;

/** Makes up bars: a geometric random walk, seeded, the same in every run. Each bar opens where the last one closed. */
export function* walk(
  spans: Iterable<BarSpan>,
  { seed, startPrice, volatility, digits }: WalkOptions,
): Generator<CandidateBar> {
  const chance = chanceFrom(seed);
  const stepDeviation = volatility / Math.sqrt(STEPS_PER_BAR);
  let price = startPrice;
  for (const { openAt } of spans) {
    const path = [price];
    for (let step = 0; step < STEPS_PER_BAR; step += 1) {
      price *= Math.exp(stepDeviation * chance.normal());
      path.push(price);
    }
    const told = (value: number): string => decimalOf(value, digits);
    const [open, high, low, close] = [
      told(path[0] ?? price),
      told(Math.max(...path)),
      told(Math.min(...path)),
      told(price),
    ];
    const volume = String(VOLUME.least + Math.floor(VOLUME.spread * chance.next()));
    yield {
      openAt,
      open,
      high,
      low,
      close,
      volume,
      revision: 0,
      raw: [openAt, open, high, low, close, volume].join(','),
    };
  }
}

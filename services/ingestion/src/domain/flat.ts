import type { ToldBar } from './candidate-bar.ts';

/** So many bars in a row with one price and no volume are one too many: nobody trades like that, a stuck source does. */
export const FLAT_BARS = 5;

/** Whether a bar shows one price and no volume. */
export const isFlat = ({
  open,
  high,
  low,
  close,
  volume,
}: Pick<ToldBar, 'open' | 'high' | 'low' | 'close' | 'volume'>): boolean =>
  volume === 0 && [open, high, low].every((price) => Number(price) === Number(close));

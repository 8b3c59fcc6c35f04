import type { BarClosed } from '@tocsin/contracts';
import { symbolToken } from '@tocsin/domain-kit';

type BarOf = Pick<BarClosed['data'], 'symbol' | 'timeframe' | 'openAt'>;

/** The name of the one run that these rules and this model make of a bar. The symbol is spelled as in subjects. */
export const runKey = (
  { symbol, timeframe, openAt }: BarOf,
  rulesVersion: string,
  modelVersion: string | null,
): string => `run:${symbolToken(symbol)}:${timeframe}:${openAt}:${rulesVersion}:${modelVersion ?? 'none'}`;

/** The name of the one signal of a bar, whichever rules and model it came from. */
export const signalKey = ({ symbol, timeframe, openAt }: BarOf): string =>
  `sig:${symbolToken(symbol)}:${timeframe}:${openAt}`;

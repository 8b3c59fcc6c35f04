import type { Timeframe } from '@tocsin/domain-kit';
import { regimeModel, type RegimeModel } from '../src/domain/regime/regime-model.ts';

/** What was fitted to the S&P 500 by day from 1990 to 2006, as a model of any timeframe. */
export const regimeModelOf = (timeframe: Timeframe, difference: Partial<RegimeModel> = {}): RegimeModel =>
  regimeModel({
    version: 'hmm-1',
    digest: 'a'.repeat(64),
    timeframe,
    symbol: null,
    mu: [0.06302, -0.02207],
    sigma: [0.63922, 1.41336],
    transition: [
      [0.989857, 0.010143],
      [0.01832, 0.98168],
    ],
    initial: [0.6, 0.4],
    ...difference,
  });

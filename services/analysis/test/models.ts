import { FEATURE_NAMES, type FeatureName, type Features } from '../src/domain/model/features.ts';
import type { LinearModel, WeighedFeature } from '../src/domain/model/linear-model.ts';

/** A model of the S&P 500 by day that weighs nothing but what is given. */
export const linearModel = (
  features: readonly WeighedFeature[],
  difference: Partial<LinearModel> = {},
): LinearModel => ({
  version: 'linear-1',
  digest: 'd'.repeat(64),
  symbol: 'SPX',
  timeframe: '1d',
  features,
  intercept: 0,
  ...difference,
});

/** Features that are all 0 but those given. */
export const featuresOf = (given: Partial<Features>): Features => {
  const all = Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])) as Record<FeatureName, number>;
  return { ...all, ...given };
};

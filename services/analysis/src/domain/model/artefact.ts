import type { ModelArtefact, SchemaProblem } from '@tocsin/contracts';
import { FEATURE_NAMES, FEATURE_SET, type FeatureName } from './features.ts';
import type { LinearModel } from './linear-model.ts';

/** What may be wrong with a released model, or the model as it scores bars. */
export type TakenModel =
  | { readonly model: LinearModel; readonly problems: readonly [] }
  | { readonly model: null; readonly problems: readonly SchemaProblem[] };

/** Takes an artefact into use, unless something is wrong with it that its schema cannot see. */
export function takeModel(artefact: ModelArtefact): TakenModel {
  const { version, digest, symbol, timeframe, intercept } = artefact;
  const problems: SchemaProblem[] = [];
  if (artefact.featureSet !== FEATURE_SET) {
    problems.push({
      pointer: '/featureSet',
      message: `is ${artefact.featureSet}; the features here are ${FEATURE_SET}`,
    });
  }

  const seen = new Set<FeatureName>();
  const features = artefact.features.flatMap(({ feature, weight, mean, scale }, at) => {
    const pointer = `/features/${at}`;
    if (!isFeature(feature)) {
      problems.push({ pointer: `${pointer}/feature`, message: `${feature} is no feature of ${FEATURE_SET}` });
      return [];
    }
    if (seen.has(feature)) problems.push({ pointer: `${pointer}/feature`, message: `${feature} is there twice` });
    if (scale === 0 && weight !== 0) {
      problems.push({ pointer: `${pointer}/weight`, message: 'is not 0, and the feature never changed in training' });
    }
    seen.add(feature);
    return [{ feature, weight, mean }];
  });
  return problems.length > 0
    ? { model: null, problems }
    : { model: { version, digest, symbol, timeframe, features, intercept }, problems: [] };
}

const isFeature = (name: string): name is FeatureName => FEATURE_NAMES.some((known) => known === name);

/** What tells whom a model is for, and which of several is the newest. */
export interface Released {
  readonly version: string;
  readonly symbol: string | null;
  readonly timeframe: string;
}

/** The number at the end of a version: `linear-3` is the third. */
export const editionOf = ({ version }: Pick<Released, 'version'>): number => Number(version.split('-').at(-1));

/** The newest model that is for this market: of its own, else of its timeframe, else none. */
export function modelFor<Model extends Released>(
  models: readonly Model[],
  { symbol, timeframe }: { readonly symbol: string; readonly timeframe: string },
): Model | null {
  const newestOf = (scope: string | null): Model | undefined =>
    models
      .filter((model) => model.timeframe === timeframe && model.symbol === scope)
      .toSorted((a, b) => editionOf(b) - editionOf(a))[0];
  return newestOf(symbol) ?? newestOf(null) ?? null;
}

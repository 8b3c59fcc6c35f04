import { exampleModel } from '../../../test/artefacts.ts';
import { modelFor, takeModel } from './artefact.ts';

describe('an artefact', () => {
  it('is taken into use as the model that it holds', () => {
    const { model } = takeModel(exampleModel);
    expect(model).toEqual({
      version: 'linear-1',
      digest: exampleModel.digest,
      symbol: 'SPX',
      timeframe: '1d',
      intercept: exampleModel.intercept,
      features: exampleModel.features.map(({ feature, weight, mean }) => ({ feature, weight, mean })),
    });
  });

  it('of other definitions is refused', () => {
    expect(takeModel({ ...exampleModel, featureSet: 'features-9' }).problems).toEqual([
      { pointer: '/featureSet', message: 'is features-9; the features here are features-1' },
    ]);
  });

  it('is refused for a feature that nobody knows, that is there twice, or that weighs what it cannot have learnt', () => {
    const features = [
      { feature: 'rsi14', weight: 1, mean: 50, scale: 10 },
      { feature: 'moon', weight: 1, mean: 0, scale: 1 },
      { feature: 'rsi14', weight: 0, mean: 50, scale: 0 },
      { feature: 'phase', weight: 0.1, mean: 0, scale: 0 },
    ];
    expect(takeModel({ ...exampleModel, features })).toEqual({
      model: null,
      problems: [
        { pointer: '/features/1/feature', message: 'moon is no feature of features-1' },
        { pointer: '/features/2/feature', message: 'rsi14 is there twice' },
        { pointer: '/features/3/weight', message: 'is not 0, and the feature never changed in training' },
      ],
    });
  });
});

describe('the model for a market', () => {
  const of = (version: string, symbol: string | null, timeframe = '1d') => ({ version, symbol, timeframe });
  const models = [of('linear-2', 'SPX'), of('linear-10', 'SPX'), of('linear-99', null), of('linear-7', 'SPX', '1h')];

  it('is the newest of its own, by number and not by letter', () => {
    expect(modelFor(models, { symbol: 'SPX', timeframe: '1d' })).toEqual(of('linear-10', 'SPX'));
    expect(modelFor(models, { symbol: 'SPX', timeframe: '1h' })).toEqual(of('linear-7', 'SPX', '1h'));
  });

  it('is that of all markets where it has none of its own, and none in another timeframe', () => {
    expect(modelFor(models, { symbol: 'EURUSD', timeframe: '1d' })).toEqual(of('linear-99', null));
    expect(modelFor(models, { symbol: 'EURUSD', timeframe: '1h' })).toBeNull();
    expect(modelFor([], { symbol: 'SPX', timeframe: '1d' })).toBeNull();
  });
});

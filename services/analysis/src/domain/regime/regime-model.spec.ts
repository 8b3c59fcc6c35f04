import { calmFirst, regimeModel, regimeModelFor, type RegimeModel } from './regime-model.ts';

const MODEL: RegimeModel = {
  version: 'hmm-1',
  digest: 'a'.repeat(64),
  timeframe: '1d',
  symbol: null,
  mu: [0.06, -0.02],
  sigma: [0.6, 1.4],
  transition: [
    [0.99, 0.01],
    [0.02, 0.98],
  ],
  initial: [0.3, 0.7],
};

describe('the states of a fit', () => {
  const { mu, sigma, transition, initial } = MODEL;
  const fitted = { mu, sigma, transition, initial };

  it('keep their order where the first is the calm one', () => {
    expect(calmFirst(fitted)).toEqual(fitted);
  });

  it('change places in all that is said of them where it is not', () => {
    const otherWayRound = {
      mu: [-0.02, 0.06],
      sigma: [1.4, 0.6],
      transition: [
        [0.98, 0.02],
        [0.01, 0.99],
      ],
      initial: [0.7, 0.3],
    } as const;
    expect(calmFirst(otherWayRound)).toEqual(fitted);
  });
});

describe('a regime model', () => {
  it.each([
    ['its turbulent state first', { sigma: [1.4, 0.6] }, 'the calm state of hmm-1 is its first'],
    ['two states that are one', { sigma: [0.6, 0.6] }, 'the calm state of hmm-1 is its first'],
    ['a deviation of zero', { sigma: [0, 0.6] }, 'the calm state of hmm-1 is its first'],
    ['a mean that is no number', { mu: [Number.NaN, 0] }, 'the states of hmm-1 are numbers'],
    ['an initial distribution of less than one', { initial: [0.3, 0.6] }, 'the probabilities of hmm-1 make one'],
    ['a negative probability', { initial: [-0.1, 1.1] }, 'the probabilities of hmm-1 make one'],
    [
      'a row of more than one',
      {
        transition: [
          [0.99, 0.01],
          [0.5, 0.6],
        ],
      },
      'the probabilities of hmm-1 make one',
    ],
  ] as const)('with %s is not taken into use', (_, difference, because) => {
    expect(() => regimeModel({ ...MODEL, ...difference })).toThrow(because);
  });

  it('is taken as it is otherwise', () => {
    expect(regimeModel(MODEL)).toBe(MODEL);
  });

  it('is found for its own market first, else for its timeframe, and never for another', () => {
    const own = { ...MODEL, symbol: 'SPX' };
    const models = [MODEL, own, { ...MODEL, symbol: 'BTCUSDT', timeframe: '1h' as const }];
    expect(regimeModelFor(models, { symbol: 'SPX', timeframe: '1d' })).toBe(own);
    expect(regimeModelFor(models, { symbol: 'EURUSD', timeframe: '1d' })).toBe(MODEL);
    expect(regimeModelFor(models, { symbol: 'EURUSD', timeframe: '1h' })).toBeNull();
    expect(regimeModelFor([], { symbol: 'SPX', timeframe: '1d' })).toBeNull();
  });
});

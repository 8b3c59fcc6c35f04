import { instant } from '@tocsin/domain-kit';
import { describeWith, sharedRows, sharedText } from '../../../test/shared-data.ts';
import type { BarWindow } from '../../domain/bar-window.ts';
import { fitRegimes } from './baum-welch.ts';
import { returnsOf, trainRegime } from './train-regime.ts';

/** Numbers between 0 and 1 that look like chance: the same ones every time. */
function* chance(): Generator<number, never> {
  for (let state = 7; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield (state + 0.5) / 2 ** 32;
  }
}

/** Returns of a market that is turbulent (deviation 3) for a tenth of the time, in stretches of fifty on average. */
function simulated(count: number): readonly number[] {
  const random = chance();
  const next = (): number => random.next().value;
  let isTurbulent = false;
  return Array.from({ length: count }, () => {
    if (next() < (isTurbulent ? 0.02 : 0.0025)) isTurbulent = !isTurbulent;
    const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    return isTurbulent ? -0.2 + 3 * normal : 0.1 + normal;
  });
}

describe('a fit of regimes', () => {
  it('finds the regimes that returns were made with, the calm one first', () => {
    const { states } = fitRegimes(simulated(20_000));
    expect(Math.abs(states.mu[0] - 0.1)).toBeLessThan(0.03);
    expect(Math.abs(states.mu[1] + 0.2)).toBeLessThan(0.3);
    expect(Math.abs(states.sigma[0] - 1)).toBeLessThan(0.02);
    expect(Math.abs(states.sigma[1] - 3)).toBeLessThan(0.2);
    expect(Math.abs(states.transition[0][0] - 0.9975)).toBeLessThan(0.001);
    expect(Math.abs(states.transition[1][1] - 0.98)).toBeLessThan(0.01);
  });

  it('explains returns at least as well as the truth does, and a crash does not end it', () => {
    const returns = [...simulated(2_000), -80, 0.1, -0.2];
    const { logLikelihood, states } = fitRegimes(returns);
    expect(Number.isFinite(logLikelihood)).toBe(true);
    expect(states.sigma[1]).toBeGreaterThan(states.sigma[0]);
    for (const row of [states.initial, ...states.transition]) expect(row[0] + row[1]).toBeCloseTo(1, 12);
  });

  it('has nothing to find where nothing moves', () => {
    const times = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);
    expect(() => fitRegimes(times(200, 0.1))).toThrow('the market stood still');
    expect(() => fitRegimes(times(99, 1))).toThrow('there are 99 returns, and 100 are needed');
    expect(() => fitRegimes([...times(150, 0), ...simulated(20)])).toThrow('shrank to a few equal returns');
  });
});

describeWith('golden_hmm.json', 'skfolio_sp500_index.csv')('the regimes of the S&P 500 from 1990 to 2006', () => {
  const bars: BarWindow = sharedRows('skfolio_sp500_index.csv')
    .map(([date = '', text = '']) => {
      const close = Number(text);
      return {
        openAt: instant(`${date}T00:00:00.000Z`),
        open: close,
        high: close,
        low: close,
        close,
        volume: 0,
        volumeKind: 'none' as const,
      };
    })
    .filter(({ openAt }) => openAt < '2007');
  const golden = JSON.parse(sharedText('golden_hmm.json')) as {
    readonly mu: readonly number[];
    readonly sigma: readonly number[];
    readonly P: readonly (readonly number[])[];
    readonly loglik_train: number;
  };

  it('are those that were fitted independently', () => {
    const { states, logLikelihood } = fitRegimes(returnsOf(bars.map(({ close }) => close)));
    expect(Math.abs(logLikelihood - golden.loglik_train)).toBeLessThan(1e-4);
    for (const state of [0, 1] as const) {
      expect(Math.abs(states.mu[state] - (golden.mu[state] ?? 0))).toBeLessThan(1e-4);
      expect(Math.abs(states.sigma[state] - (golden.sigma[state] ?? 0))).toBeLessThan(1e-4);
      for (const next of [0, 1] as const)
        expect(Math.abs(states.transition[state][next] - (golden.P[state]?.[next] ?? 0))).toBeLessThan(1e-4);
    }
    expect(states.initial[1]).toBeCloseTo(1, 9);
  });

  it('are written down with all that the specification names', () => {
    const { calm, turbulent, training } = trainRegime(
      { version: 'regime-1', symbol: null, timeframe: '1d', simulated: false },
      bars,
    );
    expect([calm.mu.toFixed(5), turbulent.mu.toFixed(5)]).toEqual(['0.06302', '-0.02207']);
    expect([calm.sigma.toFixed(5), turbulent.sigma.toFixed(5)]).toEqual(['0.63922', '1.41336']);
    expect(training).toMatchObject({ returns: 4_286, from: '1990-01-02T00:00:00.000Z' });
    expect(training.logLikelihood.toFixed(4)).toBe('-5538.5485');
  });
});

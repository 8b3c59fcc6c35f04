import { isRefusal } from '@tocsin/domain-kit';
import { analyse } from '../../../test/closed-bars.ts';
import { sp500 } from '../../../test/markets.ts';
import { linearModel } from '../../../test/models.ts';
import { regimeModelOf } from '../../../test/regimes.ts';
import { analysisDecider } from '../../domain/analysis.decider.ts';
import { withBar, type BarWindow } from '../../domain/bar-window.ts';
import { FEATURE_NAMES } from '../../domain/model/features.ts';
import { HORIZON_BARS } from '../../domain/outcome/outcome.ts';
import { samplesOf } from './samples.ts';

describe('samples of the S&P 500', () => {
  const bars = sp500().slice(2_000, 2_800);
  const regimeModel = regimeModelOf('1d');
  const samples = samplesOf(bars, regimeModel);

  it('do not change when later bars come, whatever they are', () => {
    const crash = bars.slice(700).map((bar) => ({ ...bar, open: 1, high: 2, low: 0.5, close: 1 }));
    const known = samples.filter(({ at }) => at + HORIZON_BARS < 700);
    const among = samplesOf([...bars.slice(0, 700), ...crash], regimeModel).slice(0, known.length);
    expect(known.length).toBeGreaterThan(200);
    expect(among).toEqual(known);
    expect(samplesOf(bars.slice(0, 700), regimeModel)).toEqual(known);
  });

  it('are what the live service sees: the same margin and the same points, to the last bit', () => {
    // Every feature weighs something else, so that none can be mistaken for another.
    const features = FEATURE_NAMES.map((feature, at) => ({ feature, weight: 1 / (at + 3), mean: 0 }));
    const model = linearModel(features);
    const seen = new Map<string, unknown>();
    let state = analysisDecider.initialState();
    bars.reduce<BarWindow>((before, bar) => {
      const window = withBar(before, bar);
      const facts = analysisDecider.decide(analyse(window, {}, { model, regimeModel }), state);
      if (isRefusal(facts)) throw new Error(facts.because);
      state = facts.reduce(analysisDecider.evolve, state);
      for (const { type, data } of facts)
        if (type === 'RunCompleted') seen.set(bar.openAt, { margin: data.ml?.margin, ruleScore: data.ruleScore });
      return window;
    }, []);

    expect(samples.length).toBeGreaterThan(300);
    const turbulence = FEATURE_NAMES.indexOf('turbulent_probability');
    for (const { at, row, ruleScore } of samples) {
      const margin = features.reduce((sum, { weight }, column) => sum + weight * (row[column] ?? 0), 0);
      expect(seen.get(bars[at]?.openAt ?? '')).toMatchObject({ margin, ruleScore });
    }
    expect(new Set(samples.map(({ row }) => Math.round(row[turbulence] ?? 0)))).toEqual(new Set([0, 1]));
  });

  it('begin with the first bar that rules can judge, and end with the last whose trade has ended', () => {
    expect(samples[0]?.at).toBeGreaterThanOrEqual(199);
    expect(samples.at(-1)?.at).toBeLessThan(bars.length - HORIZON_BARS);
    expect(new Set(samples.map(({ side }) => side))).toEqual(new Set(['long', 'short']));
  });

  it('know nothing of turbulence without a model of it', () => {
    const turbulence = FEATURE_NAMES.indexOf('turbulent_probability');
    const without = samplesOf(bars.slice(0, 300), null);
    expect(new Set(without.map(({ row }) => row[turbulence]))).toEqual(new Set([0.5]));
  });
});

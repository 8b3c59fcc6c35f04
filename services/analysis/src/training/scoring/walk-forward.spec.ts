import { auc, logLoss } from './metrics.ts';
import type { Sample } from './samples.ts';
import { PURGE_BARS, walkForward } from './walk-forward.ts';

/** Numbers between 0 and 1 that look like chance: the same ones every time. */
function* chance(seed = 1): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Samples of one feature; `tells` is how much it tells of whether the trade wins. */
function samplesThat(tells: number, count = 1_200): readonly Sample[] {
  const random = chance();
  return Array.from({ length: count }, (_, at) => {
    const value = 2 * random.next().value - 1;
    const won = random.next().value < 0.3 + tells * value;
    const trade = { won, gainR: won ? 2 : -1 };
    return { at, side: 'long', row: [value], ruleScore: 50, isForbidden: false, trade, heldR: 0 };
  });
}

const forecastsOf = (samples: readonly Sample[]) => {
  const { judged } = walkForward(samples, 1);
  const forecasts = judged.map(({ probability, sample }) => ({ probability, cameTrue: sample.trade.won }));
  const base = judged.map(({ baseRate, sample }) => ({ probability: baseRate, cameTrue: sample.trade.won }));
  return { judged, forecasts, base };
};

describe('walking forward', () => {
  it('judges the last three fifths of all samples, each once and in order', () => {
    const { judged } = walkForward(samplesThat(0.2), 1);
    expect(judged.map(({ sample }) => sample.at)).toEqual(Array.from({ length: 720 }, (_, at) => 480 + at));
  });

  it('finds what there is to find, and no more than that', () => {
    const there = forecastsOf(samplesThat(0.25));
    expect(auc(there.forecasts)).toBeGreaterThan(0.65);
    expect(logLoss(there.forecasts)).toBeLessThan(logLoss(there.base) - 0.02);

    const nothing = forecastsOf(samplesThat(0));
    expect(Math.abs((auc(nothing.forecasts) ?? 0) - 0.5)).toBeLessThan(0.05);
    expect(logLoss(nothing.forecasts)).toBeGreaterThan(logLoss(nothing.base) - 0.005);
  });

  it('never trains on what comes later, nor on trades that had not ended when the first judged bar closed', () => {
    const samples = samplesThat(0.25);
    const before = forecastsOf(samples).judged;
    const firstJudged = 480;
    const turned = samples.map((sample) => ({ ...sample, trade: { won: !sample.trade.won, gainR: 0 } }));
    const probabilities = (from: number): readonly number[] =>
      walkForward([...samples.slice(0, from), ...turned.slice(from)], 1)
        .judged.slice(0, 120)
        .map(({ probability }) => probability);

    const said = before.slice(0, 120).map(({ probability }) => probability);
    expect(probabilities(firstJudged - PURGE_BARS)).toEqual(said);
    expect(probabilities(firstJudged - PURGE_BARS - 1)).not.toEqual(said);
  });

  it('counts the purge in bars, for not every bar is a sample', () => {
    const sparse = samplesThat(0.25).map((sample) => ({ ...sample, at: 3 * sample.at }));
    const said = forecastsOf(sparse).judged.slice(0, 120);
    const turnedFrom = (from: number) =>
      walkForward(
        sparse.map((sample, i) => (i < from ? sample : { ...sample, trade: { won: !sample.trade.won, gainR: 0 } })),
        1,
      ).judged.slice(0, 120);
    const probabilities = (judged: typeof said) => judged.map(({ probability }) => probability);
    // Bars 1420 to 1437 are within 20 bars of bar 1440; six samples, from the 474th on.
    expect(probabilities(turnedFrom(474))).toEqual(probabilities(said));
    expect(probabilities(turnedFrom(473))).not.toEqual(probabilities(said));
  });
});

import { EVENTS, type RunCompleted } from '@tocsin/contracts';
import { analyse } from '../../test/closed-bars.ts';
import { linearModel } from '../../test/models.ts';
import { brokenBook, names, said, SELL_DAY, until } from '../../test/one-day.ts';
import { analysisDeciderBy } from './analysis.decider.ts';
import type { LinearModel } from './model/linear-model.ts';

/** A model that likes what goes the counted side's way; on that day, that is down. */
const model = linearModel(
  [
    { feature: 'rsi14', weight: 0.05, mean: 50 },
    { feature: 'adx14', weight: 0, mean: 20 },
  ],
  { version: 'linear-7', intercept: -2 },
);

function completedBy(asked: LinearModel | null, mlWeight = 0.3): RunCompleted['data'] {
  const [, completed] = said(analyse(until(SELL_DAY), {}, { model: asked, mlWeight }));
  if (completed?.type !== 'RunCompleted') throw new Error(`${completed?.type ?? 'nothing'} was said`);
  return completed.data;
}

describe('an analysis with a model', () => {
  const { ml, topFeatures, ...data } = completedBy(model);

  it('says what the model says, and why, from the side that is counted', () => {
    expect(ml).toMatchObject({ modelVersion: 'linear-7', modelDigest: model.digest, explanationSpace: 'margin' });
    expect(topFeatures.map(({ feature }) => feature)).toEqual(['rsi14', 'adx14', 'other', 'base']);
    expect(topFeatures[0]?.contribution).toBeGreaterThan(0); // A falling market speaks for selling.
    expect(ml?.base).toBeCloseTo(0.5, 12);
    expect(topFeatures.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(ml?.margin ?? 0, 9);
    expect(ml?.confidence).toBeCloseTo(100 / (1 + Math.exp(-(ml?.margin ?? 0))), 9);
  });

  it('weighs rules and model as is configured, and names the model in run and signal', () => {
    expect(data).toMatchObject({ ruleScore: 86, mlMissing: false, mlWeight: 0.3, modelVersion: 'linear-7' });
    expect(data.runId).toMatch(/:rules-1:linear-7$/);
    expect(data.compositeScore).toBeCloseTo(0.7 * 86 + 0.3 * (ml?.confidence ?? 0), 3);
    expect(completedBy(model, 0).compositeScore).toBe(86);
    expect(completedBy(model, 1).compositeScore).toBeCloseTo(ml?.confidence ?? 0, 3);

    const [started, , emitted] = said(analyse(until(SELL_DAY), {}, { model, mlWeight: 0 }));
    expect(started?.data).toMatchObject({ modelVersion: 'linear-7' });
    expect(emitted?.data).toMatchObject({ signal: 'SELL', modelVersion: 'linear-7' });
  });

  it('may come to another decision than the rules alone', () => {
    const doubtful = { ...model, intercept: -9 };
    expect(completedBy(null).finalDecision).toBe('SELL');
    expect(completedBy(doubtful)).toMatchObject({ finalDecision: 'HOLD', stopLoss: null });
  });

  it('says nothing that its schemas do not allow', () => {
    for (const { type, data: told } of said(analyse(until(SELL_DAY), {}, { model })))
      expect([type, EVENTS[type].validate(told)]).toEqual([type, []]);
  });
});

describe('a model that has no answer', () => {
  const broken = linearModel([{ feature: 'rsi14', weight: Number.MAX_VALUE, mean: 0 }], { version: 'linear-8' });

  it('fails the run, and is not passed over for the rules alone', () => {
    const events = said(analyse(until(SELL_DAY), {}, { model: broken }));
    expect(names(events)).toEqual(['RunStarted', 'RunFailed']);
    expect(events[1]?.data).toMatchObject({
      errorCode: 'ML_ERROR',
      errorMessage:
        'ModelFailure: linear-8 has no answer, because Error: broken promise: the margin of linear-8 is a number',
      failureSource: 'bad_output',
      weight: 1,
      modelVersion: 'linear-8',
    });
    for (const { type, data } of events) expect([type, EVENTS[type].validate(data)]).toEqual([type, []]);
  });

  it('is not blamed for a rule that throws', () => {
    const [, failure] = said(analyse(until(SELL_DAY), {}, { model }), analysisDeciderBy(brokenBook(new Error('no'))));
    expect(failure?.data).toMatchObject({ errorCode: 'INTERNAL', modelVersion: 'linear-7' });
  });

  it('is not asked where there are too few bars', () => {
    const [, failure] = said(analyse(until(SELL_DAY, 199), {}, { model: broken }));
    expect(failure?.data).toMatchObject({ errorCode: 'INSUFFICIENT_HISTORY', modelVersion: 'linear-8' });
  });
});

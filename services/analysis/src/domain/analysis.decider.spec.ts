import { EVENTS } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { analyse, BAR_RECORDED_AT } from '../../test/closed-bars.ts';
import { about, brokenBook, deliveredAt, names, said, SELL_DAY, until } from '../../test/one-day.ts';
import { analysisDecider, analysisDeciderBy } from './analysis.decider.ts';

describe('an analysis', () => {
  it('of a falling market is a run and a signal to sell, in one step, with all that explains them', () => {
    expect(said(analyse(until(SELL_DAY)))).toEqual([
      {
        type: 'RunStarted',
        data: {
          ...about,
          rulesVersion: 'rules-1',
          modelVersion: null,
          barRecordedAt: BAR_RECORDED_AT,
          startedAt: deliveredAt,
        },
      },
      {
        type: 'RunCompleted',
        data: {
          ...about,
          finalDecision: 'SELL',
          bias: 'short',
          ruleScore: 86,
          ruleParts: [
            {
              part: 'context',
              points: 27,
              max: 30,
              rules: [
                { rule: 'trend-order', points: 12, max: 12 },
                { rule: 'trend-slope', points: 6, max: 6 },
                { rule: 'trend-strength', points: 6, max: 6 },
                { rule: 'regime-calm', points: 3, max: 6 },
              ],
            },
            {
              part: 'pattern',
              points: 30,
              max: 30,
              rules: [
                { rule: 'breakout', points: 30, max: 30 },
                { rule: 'spring-upthrust', points: 0, max: 30 },
                { rule: 'pullback', points: 0, max: 24 },
                { rule: 'engulfing', points: 0, max: 20 },
                { rule: 'pin-bar', points: 0, max: 18 },
              ],
            },
            {
              part: 'confirmation',
              points: 14,
              max: 20,
              rules: [
                { rule: 'momentum', points: 8, max: 8 },
                { rule: 'macd', points: 6, max: 6 },
                { rule: 'volume', points: 0, max: 6 },
              ],
            },
            {
              part: 'confluence',
              points: 15,
              max: 20,
              rules: [
                { rule: 'higher-timeframe', points: 10, max: 10 },
                { rule: 'band', points: 5, max: 5 },
                { rule: 'phase', points: 0, max: 5 },
              ],
            },
          ],
          ml: null,
          mlMissing: true,
          mlWeight: 0.3,
          compositeScore: 86,
          confidenceRaw: 0.86,
          confidence: 0.86,
          adjustments: [],
          topFeatures: [],
          redFlags: [],
          close: '1093.140015',
          stopLoss: '1115.983091',
          takeProfit: '1047.453863',
          phase: 'unknown',
          regime: 'unknown',
          phaseEvidence: { phase: 'unknown', inARow: 3, confidence: 0, volumeTrend: 'flat' },
          regimeEvidence: null,
          hiddenHandWarning: false,
          phaseSignalConflict: false,
          rulesVersion: 'rules-1',
          modelVersion: null,
          freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluatedAt: deliveredAt, marketState: 'CLOSED' },
          degraded: false,
          provider: 'recorded',
          simulated: false,
          barRecordedAt: BAR_RECORDED_AT,
          startedAt: deliveredAt,
          finishedAt: deliveredAt,
        },
      },
      {
        type: 'SignalEmitted',
        data: {
          ...about,
          signalId: 'sig:SPX:1d:2002-04-24T14:30:00.000Z',
          signal: 'SELL',
          confidence: 0.86,
          confidenceRaw: 0.86,
          compositeScore: 86,
          adjustments: [],
          stopLoss: '1115.983091',
          takeProfit: '1047.453863',
          phase: 'unknown',
          regime: 'unknown',
          hiddenHandWarning: false,
          phaseSignalConflict: false,
          rulesVersion: 'rules-1',
          modelVersion: null,
          provider: 'recorded',
          simulated: false,
          analyzedAt: deliveredAt,
        },
      },
    ]);
  });

  it('that comes to HOLD is a signal too, and one that is forbidden a trade is none', () => {
    const held = said(analyse(until('2002-03-08')));
    expect(names(held)).toEqual(['RunStarted', 'RunCompleted', 'SignalEmitted']);
    expect(held.at(-1)?.data).toMatchObject({ signal: 'HOLD', compositeScore: 66, stopLoss: null, takeProfit: null });

    const forbidden = said(analyse(until('2002-03-07')));
    expect(names(forbidden)).toEqual(['RunStarted', 'PhaseCommitted', 'RunCompleted']);
    expect(forbidden.at(-1)?.data).toMatchObject({
      finalDecision: 'NO_TRADE',
      redFlags: ['NO_PATTERN'],
      stopLoss: null,
    });
  });

  it('R-12 says that there is no model, and scores by the rules alone', () => {
    const [, completed] = said(analyse(until(SELL_DAY), {}, { mlWeight: 1 }));
    expect(completed?.data).toMatchObject({
      ml: null,
      mlMissing: true,
      mlWeight: 1,
      modelVersion: null,
      compositeScore: 86,
    });
  });

  it('does without volume where the feed has none', () => {
    const silent = until(SELL_DAY).map((bar) => ({ ...bar, volume: 0, volumeKind: 'none' as const }));
    const [, completed] = said(analyse(silent));
    expect(completed?.data).toMatchObject({ redFlags: [], compositeScore: 89 }); // Three points for what is not known.
  });

  it('says nothing that its schemas do not allow', () => {
    const all = [
      ...said(analyse(until(SELL_DAY))),
      ...said(analyse(until(SELL_DAY, 20))),
      ...said(analyse(until(SELL_DAY)), analysisDeciderBy(brokenBook(new Error('')))),
      ...said(
        analyse(until(SELL_DAY), { freshness: { ...analyse(until(SELL_DAY)).data.bar.freshness, schedulable: false } }),
      ),
    ];
    for (const { type, data } of all) expect([type, EVENTS[type].validate(data)]).toEqual([type, []]);
  });
});

describe('the state', () => {
  it('is the last run and what is committed, and nothing else', () => {
    const state = said(analyse(until(SELL_DAY))).reduce(analysisDecider.evolve, analysisDecider.initialState());
    expect(state).toEqual({
      lastEnded: { runId: about.runId, barOpenAt: about.barOpenAt },
      phase: { committed: 'unknown', said: 'unknown', inARow: 3 },
    });
  });
});

describe('an event near the close of a bar', () => {
  const command = analyse(until(SELL_DAY));
  const near = (symbols: 'all' | readonly string[]) =>
    said({
      ...command,
      data: {
        ...command.data,
        events: [{ name: 'A decision', at: about.barCloseAt as Instant, beforeMinutes: 0, afterMinutes: 0, symbols }],
      },
    });

  it('forbids the trade, whose score is told all the same', () => {
    const facts = near(['SPX']);
    expect(names(facts)).toEqual(['RunStarted', 'RunCompleted']);
    expect(facts[1]?.data).toMatchObject({ finalDecision: 'NO_TRADE', compositeScore: 86, redFlags: ['EVENT_FILTER'] });
  });

  it('of another market forbids nothing', () => {
    expect(near(['EURUSD'])).toEqual(said(command));
  });
});

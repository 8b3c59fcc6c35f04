import { EVENTS, type AnalysisEvent } from '@tocsin/contracts';
import { instant, isRefusal, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { analyse, BAR_RECORDED_AT } from '../../test/closed-bars.ts';
import { sp500 } from '../../test/markets.ts';
import type { AnalyseBar } from './analysis.ts';
import { analysisDecider, analysisDeciderBy } from './analysis.decider.ts';
import { WINDOW_BARS } from './bar-window.ts';
import { ruleBook } from './rules/rule-book.ts';

const { given } = specify(analysisDecider);
const bars = sp500();

/** The window that ends on a day. */
const until = (day: string, length = WINDOW_BARS) => {
  const end = bars.findIndex(({ openAt }) => openAt.startsWith(day)) + 1;
  return bars.slice(end - length, end);
};

const said = (command: AnalyseBar, decider = analysisDecider): readonly AnalysisEvent[] => {
  const outcome = decider.decide(command, decider.initialState());
  if (isRefusal(outcome)) throw new Error(outcome.because);
  return outcome;
};
const names = (events: readonly AnalysisEvent[]) => events.map(({ type }) => type);

const SELL_DAY = '2002-04-24';
const about = {
  runId: 'run:SPX:1d:2002-04-24T14:30:00.000Z:rules-1:none',
  pair: 'SPX-1d',
  symbol: 'SPX',
  timeframe: '1d',
  barOpenAt: '2002-04-24T14:30:00.000Z',
  barCloseAt: '2002-04-24T21:00:00.000Z',
};
const deliveredAt = '2002-04-24T21:05:00.000Z';

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
    expect(names(forbidden)).toEqual(['RunStarted', 'RunCompleted']);
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
    const failing = ruleBook('rules-x', [
      {
        ...partOf(() => {
          throw new Error('');
        }),
      },
    ]);
    const all = [
      ...said(analyse(until(SELL_DAY))),
      ...said(analyse(until(SELL_DAY, 20))),
      ...said(analyse(until(SELL_DAY)), analysisDeciderBy(failing)),
      ...said(
        analyse(until(SELL_DAY), { freshness: { ...analyse(until(SELL_DAY)).data.bar.freshness, schedulable: false } }),
      ),
    ];
    for (const { type, data } of all) expect([type, EVENTS[type].validate(data)]).toEqual([type, []]);
  });
});

describe('the gate', () => {
  const window = until(SELL_DAY);
  const { bar } = analyse(window).data;

  it('does not take up bars from before the feed began', () => {
    given()
      .when(analyse(window, { backfill: true, freshness: { ...bar.freshness, schedulable: false } }))
      .thenNothing();
    given()
      .when(analyse(window, { backfill: true }))
      .thenNothing();
  });

  it('T-1 analyses only bars that are schedulable', () => {
    const freshness = { ...bar.freshness, colour: 'AMBER', ratio: 1.7, schedulable: false } as const;
    given()
      .when(analyse(window, { freshness }))
      .then({ type: 'RunSkipped', data: { ...ofRun(bar), reason: 'NOT_SCHEDULABLE', freshness, at: bar.receivedAt } });
  });

  it('passes over a bar whose successor is due', () => {
    const open = { ...bar.freshness, marketState: 'OPEN' } as const;
    const intraday = { timeframe: '15m', closeAt: instant('2002-04-24T14:45:00.000Z'), freshness: open } as const;
    const command = (now: string) => analyse(window, intraday, { now: instant(now) });

    const [skipped, ...rest] = said(command('2002-04-24T15:00:30.001Z'));
    expect(skipped).toMatchObject({
      type: 'RunSkipped',
      data: { reason: 'OVERTAKEN', at: '2002-04-24T15:00:30.001Z' },
    });
    expect(rest).toEqual([]);
    expect(names(said(command('2002-04-24T15:00:30.000Z')))).toContain('RunCompleted');
  });

  it('never calls the last bar of a session overtaken: what comes after it, the bar does not tell', () => {
    expect(names(said(analyse(window, {}, { now: plusMs(bar.closeAt, 4 * 86_400_000) })))).toContain('RunCompleted');
  });
});

describe('a run', () => {
  const window = until(SELL_DAY);
  const once = said(analyse(window));
  const skipped = said(analyse(window, { freshness: { ...analyse(window).data.bar.freshness, schedulable: false } }));
  const failed = said(analyse(until(SELL_DAY, 20)));

  it.each([
    ['completed', once],
    ['failed', failed],
    ['skipped', skipped],
  ])('T-4 is refused a second terminal event once it was %s', (_, history) => {
    given(...history)
      .when(analyse(window))
      .thenRefused('run-already-ended');
    given(...history)
      .when(analyse(window, { revision: 1 }))
      .thenRefused('run-already-ended');
  });

  it('is not begun for a bar older than the one last answered', () => {
    given(...once)
      .when(analyse(until('2002-04-23')))
      .thenRefused('newer-bar-already-answered');
  });

  it('is begun for the next bar', () => {
    given(...once)
      .when(analyse(until('2002-04-25')))
      .then(...atLeastOne(said(analyse(until('2002-04-25')))));
  });

  it('fails for want of history without blame', () => {
    const [started, failure, ...rest] = said(analyse(until(SELL_DAY, 199)));
    expect(started?.type).toBe('RunStarted');
    expect(failure).toEqual({
      type: 'RunFailed',
      data: {
        ...about,
        provider: 'recorded',
        simulated: false,
        errorCode: 'INSUFFICIENT_HISTORY',
        errorMessage: 'rules-1 needs 200 bars; 199 are stored.',
        failureSource: 'capacity',
        weight: 0,
        rulesVersion: 'rules-1',
        modelVersion: null,
        barRecordedAt: BAR_RECORDED_AT,
        startedAt: deliveredAt,
        finishedAt: deliveredAt,
      },
    });
    expect(rest).toEqual([]);
    expect(names(said(analyse(until(SELL_DAY, 200))))).toContain('RunCompleted');
  });

  it('fails in full when a rule throws, and tells everything that the error tells', () => {
    const broken = ruleBook('rules-x', [
      partOf(() => {
        throw new TypeError('no such bar', { cause: new RangeError('at -1') });
      }),
    ]);
    const events = said(analyse(window), analysisDeciderBy(broken));
    expect(names(events)).toEqual(['RunStarted', 'RunFailed']);
    expect(events[1]?.data).toMatchObject({
      errorCode: 'INTERNAL',
      errorMessage: 'TypeError: no such bar, because RangeError: at -1',
      failureSource: 'unknown',
      weight: 1,
      rulesVersion: 'rules-x',
    });
  });

  it('fails when its window does not end with its bar', () => {
    const events = said(analyse(window, { openAt: instant('2002-04-25T14:30:00.000Z') }));
    expect(events[1]?.data).toMatchObject({
      errorCode: 'INTERNAL',
      errorMessage: 'Error: broken promise: the window ends with the bar that is analysed',
    });
  });
});

describe('the state', () => {
  it('is the last run and nothing else', () => {
    const state = said(analyse(until(SELL_DAY))).reduce(analysisDecider.evolve, analysisDecider.initialState());
    expect(state).toEqual({ lastEnded: { runId: about.runId, barOpenAt: about.barOpenAt } });
  });
});

function partOf(holds: () => boolean) {
  const rule = { name: 'always', needsBars: 1, holds };
  return { part: 'context', counts: 'all', max: 10, weight: 1, entries: [{ rule, points: 10 }] } as const;
}

function ofRun({ pair, symbol, timeframe, openAt, closeAt }: AnalyseBar['data']['bar']) {
  return { runId: about.runId, pair, symbol, timeframe, barOpenAt: openAt, barCloseAt: closeAt };
}

function atLeastOne<T>([first, ...rest]: readonly T[]): readonly [T, ...T[]] {
  if (first === undefined) throw new RangeError('nothing was said');
  return [first, ...rest];
}

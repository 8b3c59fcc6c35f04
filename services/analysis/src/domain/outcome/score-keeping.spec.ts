import { EVENTS, type SignalEmitted, type SignalScored } from '@tocsin/contracts';
import { decimal, isRefusal, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { analyse } from '../../../test/closed-bars.ts';
import { SELL_DAY } from '../../../test/one-day.ts';
import { sp500 } from '../../../test/markets.ts';
import { analysisDecider } from '../analysis.decider.ts';
import type { AnalysisEvent } from '../analysis.ts';
import { WINDOW_BARS } from '../bar-window.ts';
import { HORIZON_BARS } from './outcome.ts';
import { keepingScore } from './score-keeping.ts';

type Fact = AnalysisEvent | SignalScored;

const decider = keepingScore(analysisDecider);
const { given } = specify(decider);

const bars = sp500();
const sellDay = bars.findIndex(({ openAt }) => openAt.startsWith(SELL_DAY));
/** Asks for the analysis of the bar so many days after that of the signal. */
const day = (after: number, ...rest: [] | [Parameters<typeof analyse>[1]]) =>
  analyse(bars.slice(Math.max(0, sellDay + after + 1 - WINDOW_BARS), sellDay + after + 1), ...rest);

/** What is said when the bar so many days after the signal is heard, once the facts before are remembered. */
function saidOn(after: number, history: readonly Fact[], bar = {}) {
  const outcome = decider.decide(day(after, bar), history.reduce(decider.evolve, decider.initialState()));
  if (isRefusal(outcome)) throw new Error(outcome.because);
  return outcome;
}

/** What is said on the day of the signal and on each of the days after it. */
const days: (readonly Fact[])[] = [];
while (days.length <= 3 * HORIZON_BARS) days.push(saidOn(days.length, days.flat()));

/** Everything that is said up to so many days after the signal. */
const saidUntil = (after: number): readonly Fact[] => days.slice(0, after + 1).flat();

const scoredIn = (facts: readonly Fact[]) => facts.filter(({ type }) => type === 'SignalScored');
const emittedIn = (facts: readonly Fact[]) =>
  facts.filter((fact): fact is SignalEmitted => fact.type === 'SignalEmitted');

describe('the score of a signal', () => {
  const [emitted] = emittedIn(saidUntil(0));
  if (emitted === undefined) throw new Error('the day of the signal has none');

  it('is said with the twentieth bar after it, before that bar is analysed', () => {
    const facts = saidOn(HORIZON_BARS, saidUntil(HORIZON_BARS - 1));
    expect(facts.map(({ type }) => type).slice(0, 2)).toEqual(['SignalScored', 'RunStarted']);
    expect(facts[0]).toEqual({
      type: 'SignalScored',
      data: {
        signalId: 'sig:SPX:1d:2002-04-24T14:30:00.000Z',
        pair: 'SPX-1d',
        symbol: 'SPX',
        timeframe: '1d',
        barOpenAt: '2002-04-24T14:30:00.000Z',
        signal: 'SELL',
        confidence: 0.86,
        horizonBars: 20,
        horizonBarOpenAt: bars[sellDay + HORIZON_BARS]?.openAt,
        outcome: 'neither',
        touchedAfterBars: null,
        returnBps: 65.13, // From 1093.14 to 1086.02,
        returnR: 0.3117, // at the risk of 22.84.
        isHit: false,
        brierScore: 0.7396,
        scoringVersion: 'outcome-1',
        provider: 'recorded',
        simulated: false,
        at: day(HORIZON_BARS).data.now,
      },
    });
  });

  it('is said once for every signal, in their order, each twenty bars after its own', () => {
    const facts = saidUntil(2 * HORIZON_BARS);
    const due = emittedIn(facts).filter(({ data }) => data.barOpenAt <= (bars[sellDay + HORIZON_BARS]?.openAt ?? ''));
    expect(scoredIn(facts).map(({ data }) => data.barOpenAt)).toEqual(due.map(({ data }) => data.barOpenAt));
    expect(due.length).toBeGreaterThan(5);
  });

  it('is not said one bar too early, nor for the same bar heard again', () => {
    expect(scoredIn(saidUntil(HORIZON_BARS - 1))).toEqual([]);
    const history = saidUntil(HORIZON_BARS);
    const again = decider.decide(day(HORIZON_BARS), history.reduce(decider.evolve, decider.initialState()));
    expect(again).toMatchObject({ refused: 'run-already-ended' });
  });

  it('does not wait for a bar that is analysed: one that is skipped ends its time as well', () => {
    const { freshness } = day(HORIZON_BARS).data.bar;
    const facts = saidOn(HORIZON_BARS, [emitted], { freshness: { ...freshness, schedulable: false } });
    expect(facts.map(({ type }) => type)).toEqual(['SignalScored', 'RunSkipped']);
  });

  it('is not said by history that is filled in later', () => {
    given(emitted)
      .when(day(HORIZON_BARS, { backfill: true }))
      .thenNothing();
  });

  it('is never said of a signal to act without levels, and of others whose bars were missing with the next bar', () => {
    const levelless = { ...emitted, data: { ...emitted.data, stopLoss: null, takeProfit: null } };
    expect(scoredIn(saidOn(HORIZON_BARS, [levelless]))).toEqual([]);
    expect(scoredIn(saidOn(HORIZON_BARS + 3, [emitted]))).toMatchObject([
      { data: { horizonBarOpenAt: bars[sellDay + HORIZON_BARS]?.openAt } },
    ]);
  });

  it('says nothing that its schema does not allow', () => {
    const facts = scoredIn(saidUntil(3 * HORIZON_BARS));
    for (const { type, data } of facts) expect([type, EVENTS[type].validate(data)]).toEqual([type, []]);
  });
});

describe('the state', () => {
  it('stays far below what an entity may keep, even where no signal is ever scored', () => {
    const [emitted] = emittedIn(saidUntil(0));
    if (emitted === undefined) throw new Error('the day of the signal has none');
    const level = decimal('123456789.123456789012345');
    const many = Array.from({ length: 500 }, (_, at) => ({
      ...emitted,
      data: {
        ...emitted.data,
        confidence: 0.123456789012345,
        stopLoss: level,
        takeProfit: level,
        barOpenAt: `${2000 + at}-01-01T00:00:00.000Z` as Instant,
      },
    }));
    const state = many.reduce(decider.evolve, decider.initialState());
    expect(JSON.stringify(state).length).toBeLessThan(3_200);
    expect(state.openSignals?.at(-1)?.barOpenAt).toBe('2499-01-01T00:00:00.000Z');
  });

  it('of a pair from before signals were scored has none open', () => {
    const old = { lastEnded: null };
    expect(decider.decide(day(0), old)).toEqual(decider.decide(day(0), decider.initialState()));
    const [scored] = scoredIn(saidUntil(HORIZON_BARS));
    expect(scored && decider.evolve(old, scored)).toEqual({ lastEnded: null, openSignals: [] });
  });
});

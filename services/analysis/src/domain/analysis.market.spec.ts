import {
  EVENTS,
  type AnalysisEvent,
  type PhaseCommitted,
  type RegimeCommitted,
  type RunCompleted,
} from '@tocsin/contracts';
import { isRefusal } from '@tocsin/domain-kit';
import { analyse } from '../../test/closed-bars.ts';
import { said, until } from '../../test/one-day.ts';
import { sp500 } from '../../test/markets.ts';
import { regimeModelOf } from '../../test/regimes.ts';
import { analysisDecider } from './analysis.decider.ts';
import type { AnalyseBar, Analysis } from './analysis.ts';
import { WINDOW_BARS } from './bar-window.ts';
import { commitmentAfter, hearing, type Commitment } from './commitment.ts';
import type { Phase } from './market-state.ts';
import { phaseReader } from './phase/phase-reading.ts';
import type { RegimeModel } from './regime/regime-model.ts';

const days = sp500();
const dayOf = (day: string): number => days.findIndex(({ openAt }) => openAt >= day);
const MODEL = regimeModelOf('1d');

interface Told {
  readonly facts: readonly AnalysisEvent[];
  readonly state: Analysis;
}

/** Hears one command after another, as the log would have it. */
function hearingAll(commands: readonly AnalyseBar[], from: Analysis = analysisDecider.initialState()): Told {
  return commands.reduce<Told>(
    ({ facts, state }, command) => {
      const outcome = analysisDecider.decide(command, state);
      if (isRefusal(outcome)) throw new Error(outcome.because);
      return { facts: [...facts, ...outcome], state: outcome.reduce(analysisDecider.evolve, state) };
    },
    { facts: [], state: from },
  );
}

/** Asks for the bars from one day up to another. */
const between = (from: string, to: string, regimeModel: RegimeModel | null = null): readonly AnalyseBar[] =>
  Array.from({ length: dayOf(to) - dayOf(from) }, (_, at) => {
    const end = dayOf(from) + at + 1;
    return analyse(days.slice(end - WINDOW_BARS, end), {}, { regimeModel });
  });

const phases = (facts: readonly AnalysisEvent[]): readonly PhaseCommitted['data'][] =>
  facts.flatMap((fact) => (fact.type === 'PhaseCommitted' ? [fact.data] : []));
const regimes = (facts: readonly AnalysisEvent[]): readonly RegimeCommitted['data'][] =>
  facts.flatMap((fact) => (fact.type === 'RegimeCommitted' ? [fact.data] : []));
const runs = (facts: readonly AnalysisEvent[]): readonly RunCompleted['data'][] =>
  facts.flatMap((fact) => (fact.type === 'RunCompleted' ? [fact.data] : []));

describe('the phase of a pair', () => {
  it('is at first where the bars of its window led, and says so if that is known', () => {
    const [first] = phases(said(analyse(until('2002-09-20'))));
    expect(first).toMatchObject({ from: 'unknown', to: 'accumulation', phaseVersion: 'wyckoff-1' });
    expect(phases(said(analyse(until('2002-04-24'))))).toEqual([]);
  });

  it('changes with the third bar in a row that says so, each time with a fact', () => {
    const { facts } = hearingAll(between('2002-06-01', '2003-01-01'));
    expect(phases(facts).map(({ barOpenAt, from, to }) => [barOpenAt.slice(0, 10), from, to])).toEqual([
      ['2002-07-12', 'unknown', 'markdown'],
      ['2002-08-02', 'markdown', 'redistribution'],
      ['2002-09-17', 'redistribution', 'accumulation'],
      ['2002-09-26', 'accumulation', 'unknown'],
      ['2002-10-01', 'unknown', 'accumulation'],
      ['2002-10-11', 'accumulation', 'unknown'],
      ['2002-11-15', 'unknown', 'accumulation'],
      ['2002-11-27', 'accumulation', 'unknown'],
    ]);

    const committed = new Map(runs(facts).map((run) => [run.barOpenAt.slice(0, 10), run]));
    const evidence = (day: string) => {
      const run = committed.get(day);
      return [run?.phase, run?.phaseEvidence?.phase, run?.phaseEvidence?.inARow];
    };
    expect(evidence('2002-07-11')).toEqual(['unknown', 'markdown', 2]);
    expect(evidence('2002-07-12')).toEqual(['markdown', 'markdown', 3]);
    expect(evidence('2002-07-15')).toEqual(['markdown', 'markdown', 3]);
  });

  it('is what the commit rule makes of every bar that was answered', () => {
    const from = dayOf('2008-06-01');
    const read = phaseReader(days);
    const first = commitmentAfter<Phase>(from + 1, (at) => read(at).phase, 'unknown');
    const expected = Array.from({ length: 399 }, (_, at) => from + 1 + at).reduce<readonly Commitment<Phase>[]>(
      (kept, at) => [...kept, hearing(kept.at(-1) ?? first, read(at).phase)],
      [first],
    );
    const asked = Array.from({ length: 400 }, (_, at) =>
      analyse(days.slice(from + at + 1 - WINDOW_BARS, from + at + 1)),
    );
    expect(runs(hearingAll(asked).facts).map(({ phase }) => phase)).toEqual(expected.map(({ committed }) => committed));
  });

  it('neither changes nor is forgotten with a bar that is passed over', () => {
    const watched = hearingAll(between('2002-07-01', '2002-07-12')).state;
    expect(watched.phase).toEqual({ committed: 'unknown', said: 'markdown', inARow: 2 });
    const passedOver = between('2002-07-12', '2002-07-15').map(({ type, data }) => {
      const freshness = { ...data.bar.freshness, schedulable: false };
      return { type, data: { ...data, bar: { ...data.bar, freshness } } };
    });
    const { facts, state } = hearingAll(passedOver, watched);
    expect(facts.map(({ type }) => type)).toEqual(['RunSkipped']);
    expect(state.phase).toEqual(watched.phase);
    expect(phases(hearingAll(between('2002-07-15', '2002-07-16'), state).facts)).toMatchObject([{ to: 'markdown' }]);
  });

  it('takes its place among the rules', () => {
    const confluence = runs(said(analyse(until('2002-07-15'))))[0]?.ruleParts.at(-1);
    expect(confluence?.rules).toContainEqual({ rule: 'phase', points: 5, max: 5 });
  });
});

describe('the regime of a pair', () => {
  it('is unknown without a model, and nothing is said of it', () => {
    const { facts, state } = hearingAll(between('2020-02-20', '2020-03-01'));
    expect(regimes(facts)).toEqual([]);
    expect(runs(facts).map(({ regime, regimeEvidence }) => [regime, regimeEvidence])).toEqual(
      Array.from({ length: 7 }, () => ['unknown', null]),
    );
    expect(state.regime).toBeUndefined();
  });

  it('changes on the days that were computed elsewhere, and its rule knows it', () => {
    const { facts } = hearingAll(between('2019-06-03', '2020-03-01', MODEL));
    const changes = regimes(facts).map(({ barOpenAt, from, to, probability }) => [
      barOpenAt.slice(0, 10),
      from,
      to,
      probability?.toFixed(4),
    ]);
    expect(changes).toEqual([
      ['2019-06-03', 'unknown', 'CALM', expect.any(String)],
      ['2019-08-07', 'CALM', 'TURBULENT', '0.9372'],
      ['2019-09-16', 'TURBULENT', 'CALM', '0.9582'],
      ['2020-02-26', 'CALM', 'TURBULENT', '0.9675'],
    ]);
    expect(regimes(facts)[3]).toMatchObject({ modelVersion: 'hmm-1', modelDigest: MODEL.digest });
    const calm = (run: RunCompleted['data'] | undefined) =>
      run?.ruleParts[0]?.rules.find(({ rule }) => rule === 'regime-calm')?.points;
    expect(calm(runs(facts)[0])).toBe(6);
    expect(calm(runs(facts).at(-1))).toBe(0);
  });

  const turbulent = hearingAll(between('2020-02-20', '2020-03-02', MODEL)).state;

  it('is unknown again once its model is gone', () => {
    const { facts, state } = hearingAll(between('2020-03-02', '2020-03-04'), turbulent);
    expect(regimes(facts)).toMatchObject([
      { from: 'TURBULENT', to: 'unknown', probability: null, modelVersion: null, modelDigest: null },
    ]);
    expect(state.regime).toBeUndefined();
  });

  it('is by another model where the bars of the window lead by that one', () => {
    // Everything is calm to a model of a wilder market.
    const wilder = regimeModelOf('1d', { version: 'hmm-2', digest: 'b'.repeat(64), sigma: [5, 20] });
    const { facts, state } = hearingAll(between('2020-03-02', '2020-03-03', wilder), turbulent);
    expect(regimes(facts)).toMatchObject([{ from: 'TURBULENT', to: 'CALM', modelVersion: 'hmm-2' }]);
    expect(state.regime).toEqual({ committed: 'CALM', said: 'CALM', inARow: 3, modelDigest: wilder.digest });
  });
});

describe('a signal against the phase of its market', () => {
  it('R-17 keeps its raw confidence and says what was held against it, in run and signal alike', () => {
    const facts = said(analyse(until('2002-09-18')));
    const adjustments = [
      {
        code: 'hidden_hand',
        factor: 0.5,
        reason: 'Selling into an accumulation while volume declines.',
        ruleVersion: 'hh-1',
      },
    ];
    const told = {
      confidenceRaw: 0.86,
      confidence: 0.43,
      adjustments,
      phase: 'accumulation',
      hiddenHandWarning: true,
      phaseSignalConflict: true,
    };
    expect(facts.map(({ type }) => type)).toEqual(['RunStarted', 'PhaseCommitted', 'RunCompleted', 'SignalEmitted']);
    expect(facts[2]?.data).toMatchObject({ ...told, finalDecision: 'SELL', compositeScore: 86 });
    expect(facts[3]?.data).toMatchObject({ ...told, signal: 'SELL', compositeScore: 86 });
  });
});

describe('a state and a history of before markets were watched', () => {
  const [yesterday] = runs(said(analyse(until('2002-09-19'))));
  const old: Analysis = { lastEnded: { runId: 'run:SPX:1d:old', barOpenAt: days[0]?.openAt ?? ('' as never) } };

  it('are gone on from as if the pair were new', () => {
    const { facts, state } = hearingAll([analyse(until('2002-09-20'))], old);
    expect(phases(facts)).toMatchObject([{ from: 'unknown', to: 'accumulation' }]);
    expect(state.phase?.committed).toBe('accumulation');
  });

  it('fold to the very state that was stored then', () => {
    if (yesterday === undefined) throw new Error('the run did not complete');
    const { phaseEvidence, regimeEvidence, hiddenHandWarning, phaseSignalConflict, ...before } = yesterday;
    expect([phaseEvidence, regimeEvidence, hiddenHandWarning, phaseSignalConflict]).not.toContain(undefined);
    expect(analysisDecider.evolve(old, { type: 'RunCompleted', data: before })).toEqual({
      lastEnded: { runId: before.runId, barOpenAt: before.barOpenAt },
    });
  });
});

describe('what is said of a market', () => {
  it('is allowed by its schemas', () => {
    const { facts } = hearingAll([
      ...between('2002-07-10', '2002-09-20', MODEL),
      ...between('2002-09-20', '2002-09-23'),
    ]);
    expect(new Set(facts.map(({ type }) => type))).toContain('RegimeCommitted');
    for (const { type, data } of facts) expect([type, EVENTS[type].validate(data)]).toEqual([type, []]);
  });
});

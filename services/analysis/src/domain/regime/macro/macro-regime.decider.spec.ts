import { EVENTS, type MacroRegimeCommitted } from '@tocsin/contracts';
import { instant, isRefusal } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { economyOf, toldOf } from '../../../../test/economies.ts';
import type { JudgeEconomy } from './macro-regime.ts';
import { macroRegimeDecider } from './macro-regime.decider.ts';

const { given } = specify(macroRegimeDecider);

const at = instant('2024-01-05T14:00:00.000Z');
const judge = (lines: JudgeEconomy['data']['lines'], difference: Partial<JudgeEconomy['data']> = {}): JudgeEconomy => ({
  type: 'JudgeEconomy',
  data: { economy: 'US', lines, toldOn: '2024-01-04', at, ...difference },
});

const goldilocks = economyOf(toldOf(1, -1));
const stagflation = economyOf(toldOf(-1, 1));
const MISSING = ['fred-UNRATE', 'fred-BAMLH0A0HYM2', 'fred-CPIAUCSL'];

type Committed = MacroRegimeCommitted['data'];

/** What is said of a made-up economy; the figures are those of `economy.spec.ts`. */
function committed(from: Committed['from'], to: 'GOLDILOCKS' | 'STAGFLATION'): MacroRegimeCommitted {
  const command = judge(to === 'GOLDILOCKS' ? goldilocks : stagflation);
  const outcome = macroRegimeDecider.decide(command, { committed: from, isUnavailable: false });
  const fact = isRefusal(outcome) ? undefined : outcome.find((each) => each.type === 'MacroRegimeCommitted');
  if (fact?.data.to !== to) throw new Error(`${to} was not committed`);
  return fact;
}
const unavailable = (from: Committed['from']) =>
  ({
    type: 'MacroRegimeUnavailable',
    data: {
      economy: 'US',
      from,
      month: '2023-12',
      missing: ['fred-UNRATE', 'fred-T10Y2Y', 'fred-BAMLH0A0HYM2', 'fred-BAA10Y', 'fred-CPIAUCSL', 'fred-T10YIE'],
      macroVersion: 'macro-1',
      at,
    },
  }) as const;

describe('the regime of an economy', () => {
  it('is committed by the newest month that is over, with all that explains it', () => {
    const { data } = committed('unknown', 'GOLDILOCKS');
    expect(data).toMatchObject({ economy: 'US', month: '2023-12', missing: MISSING, macroVersion: 'macro-1', at });
    expect(data.probability).toBe(data.probabilities.GOLDILOCKS);
    expect(data.probability).toBeGreaterThan(0.8);
    expect([Math.sign(data.growth), Math.sign(data.inflation)]).toEqual([1, -1]);
    given().when(judge(goldilocks)).then({ type: 'MacroRegimeCommitted', data });
  });

  it('is said once, however often its series tell of it', () => {
    given(committed('unknown', 'GOLDILOCKS')).when(judge(goldilocks)).thenNothing();
    given(committed('unknown', 'GOLDILOCKS')).when(judge(stagflation)).then(committed('GOLDILOCKS', 'STAGFLATION'));
  });

  it.each([
    ['2023-12-31', 0],
    ['2019-05-03', 0],
    ['2024-01-01', 1],
  ])('is not judged by what is told of the judged month or before: %s', (toldOn, facts) => {
    expect(macroRegimeDecider.decide(judge(goldilocks, { toldOn }), macroRegimeDecider.initialState())).toHaveLength(
      facts,
    );
  });

  it('is unavailable without inputs, which is said once, until it is committed again', () => {
    given().when(judge({})).then(unavailable('unknown'));
    given(committed('unknown', 'GOLDILOCKS')).when(judge({})).then(unavailable('GOLDILOCKS'));
    given(unavailable('GOLDILOCKS')).when(judge({})).thenNothing();
    given(unavailable('GOLDILOCKS')).when(judge(goldilocks)).then(committed('unknown', 'GOLDILOCKS'));
  });

  it('stays where it is while no quadrant is clear', () => {
    const unclear = { ...goldilocks, 'fred-T10YIE': { levels: [], readings: inTurns() } };
    given(committed('unknown', 'STAGFLATION')).when(judge(unclear)).thenNothing();
    given(unavailable('unknown')).when(judge(unclear)).thenNothing();
  });

  it('is said as its schemas allow', () => {
    for (const { type, data } of [committed('unknown', 'GOLDILOCKS'), unavailable('GOLDILOCKS')]) {
      expect(EVENTS[type].validate(data)).toEqual([]);
    }
  });
});

/** Readings that are above their mean and below it in turns, up to the judged month. */
function inTurns(): readonly (readonly [number, number])[] {
  const judged = 12 * 2023 + 11;
  return Array.from({ length: 60 }, (_, at) => [judged - 59 + at, at % 2] as const);
}

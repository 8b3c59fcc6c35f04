import { levelReading } from '../../../test/markets.ts';
import { ruleBook, scored, type Part } from './rule-book.ts';
import { RULES_1 } from './rules-1.ts';

describe('rules-1', () => {
  it('is the table of the specification', () => {
    const table = RULES_1.parts.map(({ part, max, weight, counts, entries }) => [
      `${part} ${max} ${weight} ${counts}`,
      ...entries.map(({ rule, points }) => `${rule.name} ${points}`),
    ]);
    expect(table).toEqual([
      ['context 30 0.3 all', 'trend-order 12', 'trend-slope 6', 'trend-strength 6', 'regime-calm 6'],
      ['pattern 30 0.3 best', 'breakout 30', 'spring-upthrust 30', 'pullback 24', 'engulfing 20', 'pin-bar 18'],
      ['confirmation 20 0.2 all', 'momentum 8', 'macd 6', 'volume 6'],
      ['confluence 20 0.2 all', 'higher-timeframe 10', 'band 5', 'phase 5'],
    ]);
  });

  it('needs the two hundred bars that the higher timeframe needs', () => {
    expect(RULES_1.needsBars).toBe(200);
  });

  it('gives half the points for a regime and a volume that are not known', () => {
    const points = (relativeVolume: number | null, regime: 'CALM' | 'unknown' | 'TURBULENT') =>
      scored(RULES_1, levelReading({ relativeVolume, regime }))
        .flatMap(({ rules }) => rules)
        .filter(({ rule }) => rule === 'volume' || rule === 'regime-calm')
        .map(({ points }) => points);
    expect(points(null, 'unknown')).toEqual([3, 3]);
    expect(points(1.2, 'CALM')).toEqual([6, 6]);
    expect(points(1, 'TURBULENT')).toEqual([0, 0]);
  });

  it('counts the best pattern only, and tells all that were found', () => {
    // Dips to the average and comes back, with a body that covers the one before and a long wick below.
    const bar = { open: 100.4, high: 101.2, low: 99, close: 101.1 };
    const previous = { open: 100.9, high: 101, low: 100.4, close: 100.5 };
    const candles = levelReading().candles.with(30, { open: 100, high: 102, low: 99, close: 100 });
    const reading = levelReading({ candles, bar, previous, ema20: 99.1, atr14: 0.5 });
    const pattern = scored(RULES_1, reading).find(({ part }) => part === 'pattern');
    expect(pattern).toMatchObject({
      points: 24,
      max: 30,
      rules: [
        { rule: 'breakout', points: 0 },
        { rule: 'spring-upthrust', points: 0 },
        { rule: 'pullback', points: 24 },
        { rule: 'engulfing', points: 20 },
        { rule: 'pin-bar', points: 18 },
      ],
    });
  });
});

describe('a rule book', () => {
  const always = { name: 'always', needsBars: 1, holds: () => true };
  const part: Part = { part: 'context', counts: 'all', max: 10, weight: 1, entries: [{ rule: always, points: 10 }] };

  it('is refused when its points or weights do not add up', () => {
    expect(() => ruleBook('rules-x', [{ ...part, max: 11 }])).toThrow('the context rules of rules-x make 11 points');
    expect(() => ruleBook('rules-x', [{ ...part, weight: 0.9 }])).toThrow('the weights of rules-x make one');
    expect(ruleBook('rules-x', [part]).version).toBe('rules-x');
  });
});

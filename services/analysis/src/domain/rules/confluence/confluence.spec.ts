import { levelReading } from '../../../../test/markets.ts';
import type { Phase } from '../../market-state.ts';
import { band } from './band.ts';
import { higherTimeframe } from './higher-timeframe.ts';
import { phase } from './phase.ts';

describe('higher-timeframe', () => {
  it.each([
    ['long', true],
    ['none', false],
    ['short', false],
  ] as const)('with a higher bias of %s: %s', (higherBias, holds) => {
    expect(higherTimeframe.holds(levelReading({ higherBias }))).toBe(holds);
  });
});

describe('band', () => {
  it.each([
    [100, false],
    [100.01, true],
    [101, true],
    [101.01, false],
  ])('with a close of %d between a middle of 100 and a band of 101: %s', (close, holds) => {
    expect(band.holds(levelReading({ bar: { open: 100, high: 102, low: 99, close } }))).toBe(holds);
  });

  it('does not hold in a band without width', () => {
    expect(band.holds(levelReading({ outerBand: 100 }))).toBe(false);
  });
});

describe('phase', () => {
  const phases: Readonly<Record<Phase, boolean>> = {
    accumulation: true,
    reaccumulation: true,
    markup: true,
    distribution: false,
    redistribution: false,
    markdown: false,
    unknown: false,
  };
  it.each(Object.entries(phases) as [Phase, boolean][])('in %s: %s', (each, holds) => {
    expect(phase.holds(levelReading({ phase: each }))).toBe(holds);
  });
});

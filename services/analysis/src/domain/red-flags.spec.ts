import type { RulePart } from '@tocsin/contracts';
import { redFlags } from './red-flags.ts';

const NOISE = 1e-7;
const pattern = (points: number): readonly RulePart[] => [{ part: 'pattern', points, max: 30, rules: [] }];

describe('a red flag', () => {
  it('is not raised over a quiet market', () => {
    expect(redFlags(pattern(18), { atr14: 1, relativeVolume: 1 }, NOISE, false)).toEqual([]);
  });

  it('NO_PATTERN is raised where no pattern was found', () => {
    expect(redFlags(pattern(0), { atr14: 1, relativeVolume: 1 }, NOISE, false)).toEqual(['NO_PATTERN']);
  });

  it.each([0, 1e-9, Number.NaN])('ATR_MISSING_OR_ZERO is raised at an ATR of %d', (atr14) => {
    expect(redFlags(pattern(18), { atr14, relativeVolume: 1 }, NOISE, false)).toEqual(['ATR_MISSING_OR_ZERO']);
  });

  it('VOLUME is raised below a fifth of the mean, not at it, and not where volume is not known', () => {
    const at = (relativeVolume: number | null) => redFlags(pattern(18), { atr14: 1, relativeVolume }, NOISE, false);
    expect(at(0.19)).toEqual(['VOLUME']);
    expect(at(0)).toEqual(['VOLUME']);
    expect(at(0.2)).toEqual([]);
    expect(at(0.2 - 1e-12)).toEqual([]);
    expect(at(null)).toEqual([]);
  });

  it('EVENT_FILTER is raised near an event, beside whatever else is wrong', () => {
    expect(redFlags(pattern(18), { atr14: 1, relativeVolume: 1 }, NOISE, true)).toEqual(['EVENT_FILTER']);
    expect(redFlags(pattern(0), { atr14: 1, relativeVolume: 1 }, NOISE, true)).toEqual(['NO_PATTERN', 'EVENT_FILTER']);
  });
});

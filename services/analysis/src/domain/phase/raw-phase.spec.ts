import type { PhaseInputs } from './phase-inputs.ts';
import { phaseConfidence } from './phase-confidence.ts';
import { rawPhase } from './raw-phase.ts';

const inputs = (difference: Partial<PhaseInputs>): PhaseInputs => ({
  prior: 0,
  slope: 0,
  efficiency: 0.1,
  spring: false,
  upthrust: false,
  volume: { trend: 'unknown', moved: null },
  ...difference,
});
const volume = (up: number, down: number): Partial<PhaseInputs> => ({ volume: { trend: 'flat', moved: { up, down } } });

describe('the raw phase', () => {
  it.each([
    ['an efficient rise', { efficiency: 0.3, slope: 1 }, 'markup'],
    ['an efficient fall', { efficiency: 0.3, slope: -1 }, 'markdown'],
    ['a rise that is too slow', { efficiency: 0.3, slope: 0.99 }, 'unknown'],
    ['a fall that is too slow', { efficiency: 0.3, slope: -0.99 }, 'unknown'],
    ['a rise that is not efficient, and no range either', { efficiency: 0.299, slope: 1.5, prior: 2 }, 'unknown'],
    ['a range that slopes as much as it may', { slope: 1.499, prior: 0.75 }, 'reaccumulation'],
    ['a range after nothing', { prior: 0.749 }, 'unknown'],
    ['a range after a fall, without evidence', { prior: -0.75 }, 'redistribution'],
    ['a range after a fall, with a spring', { prior: -0.75, spring: true }, 'accumulation'],
    ['a range after a fall, with an upthrust', { prior: -0.75, upthrust: true }, 'redistribution'],
    ['a range after a fall, with as much volume up as down', { prior: -0.75, ...volume(5, 5) }, 'accumulation'],
    ['a range after a fall, with more volume down', { prior: -0.75, ...volume(4.9, 5) }, 'redistribution'],
    ['a range after a fall, with all volume up', { prior: -0.75, ...volume(5, 0) }, 'accumulation'],
    ['a range after a rise, without evidence', { prior: 0.75 }, 'reaccumulation'],
    ['a range after a rise, with an upthrust', { prior: 0.75, upthrust: true }, 'distribution'],
    ['a range after a rise, with a spring', { prior: 0.75, spring: true }, 'reaccumulation'],
    ['a range after a rise, with as much volume down as up', { prior: 0.75, ...volume(5, 5) }, 'distribution'],
    ['a range after a rise, with more volume up', { prior: 0.75, ...volume(5, 4.9) }, 'reaccumulation'],
  ] as const)('of %s', (_, difference, phase) => {
    expect(rawPhase(inputs(difference))).toBe(phase);
  });
});

describe('the confidence in a phase', () => {
  it.each([
    ['a trend that only just is one', 'markup', { efficiency: 0.3 }, 0.5],
    ['a trend half way to certainty', 'markdown', { efficiency: 0.5 }, 0.75],
    ['a trend without a turn', 'markup', { efficiency: 1 }, 1],
    ['a range that only just is one', 'reaccumulation', { prior: 0.75, efficiency: 0.3 }, 0.5],
    ['a range after a long fall', 'redistribution', { prior: -2.25, efficiency: 0.3 }, 0.7],
    ['a range after a longer one', 'redistribution', { prior: -9, efficiency: 0.3 }, 0.7],
    ['a range that goes nowhere', 'reaccumulation', { prior: 0.75, efficiency: 0 }, 0.6],
    ['a range with a spring', 'accumulation', { prior: -0.75, efficiency: 0.3, spring: true }, 0.7],
    ['everything at once', 'distribution', { prior: 3, efficiency: 0, upthrust: true }, 1],
    ['nothing', 'unknown', { prior: 3, efficiency: 0, upthrust: true }, 0],
  ] as const)('of %s', (_, phase, difference, confidence) => {
    expect(phaseConfidence(phase, inputs(difference))).toBe(confidence);
  });

  it('is the same where only the order of additions differs, on half of a millionth too', () => {
    for (const efficiency of [0.34375 - 1e-15, 0.34375, 0.34375 + 1e-15]) {
      expect(phaseConfidence('markup', inputs({ efficiency }))).toBe(0.554688);
    }
  });
});

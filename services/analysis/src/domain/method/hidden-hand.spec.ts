import type { Phase, Signal, VolumeTrend } from '@tocsin/contracts';
import { adjusted, withAdjustment } from './adjustments.ts';
import { fallbackAdjustment } from './fallback.ts';
import { hiddenHand, hiddenHandAdjustment, isPhaseConflict } from './hidden-hand.ts';

const verdict = (phase: Phase, signal: string, volumeTrend: VolumeTrend, confidence = 0.9) =>
  hiddenHand({ signal, confidence }, { phase, volumeTrend });

const PHASES: readonly Phase[] = [
  'accumulation',
  'distribution',
  'reaccumulation',
  'redistribution',
  'markup',
  'markdown',
  'unknown',
];
const SIGNALS: readonly Signal[] = ['BUY', 'SELL', 'HOLD'];
const TRENDS: readonly VolumeTrend[] = ['declining', 'rising', 'flat', 'unknown'];

describe('T-15 the hidden hand, by the table hh-1', () => {
  it.each([
    ['distribution', 'BUY', 'declining', 0.5, 'Buying into a distribution while volume declines.'],
    ['distribution', 'BUY', 'rising', 0.8, 'Buying into a distribution while volume rises.'],
    ['distribution', 'BUY', 'flat', 0.8, 'Buying into a distribution while volume is flat.'],
    ['distribution', 'BUY', 'unknown', 0.8, 'Buying into a distribution, volume unknown.'],
    ['accumulation', 'SELL', 'declining', 0.5, 'Selling into an accumulation while volume declines.'],
    ['accumulation', 'SELL', 'rising', 0.8, 'Selling into an accumulation while volume rises.'],
    ['accumulation', 'SELL', 'flat', 0.8, 'Selling into an accumulation while volume is flat.'],
    ['accumulation', 'SELL', 'unknown', 0.8, 'Selling into an accumulation, volume unknown.'],
  ] as const)('in a phase of %s takes %s with volume %s by %d', (phase, signal, volumeTrend, multiplier, reason) => {
    expect(verdict(phase, signal, volumeTrend)).toEqual({ isValid: true, multiplier, reason, ruleVersion: 'hh-1' });
  });

  it('R-21 leaves every other signal as it is, the ones against a trend too', () => {
    const adjustedOnes = PHASES.flatMap((phase) =>
      SIGNALS.flatMap((signal) =>
        TRENDS.filter((trend) => hiddenHandAdjustment(verdict(phase, signal, trend)) !== null).map(
          (trend) => `${phase} ${signal} ${trend}`,
        ),
      ),
    );
    expect(adjustedOnes).toHaveLength(8);
    expect(verdict('markup', 'SELL', 'declining')).toMatchObject({ isValid: true, multiplier: 1 });
    expect(verdict('markdown', 'BUY', 'declining')).toMatchObject({ isValid: true, multiplier: 1 });
  });

  it.each([
    ['BUY', -5],
    ['BUY', 1.000_001],
    ['BUY', Number.NaN],
    ['buy', 0.5],
    ['NO_TRADE', 0.5],
  ])('R-19 finds only what is no signal invalid: %s with a confidence of %d', (signal, confidence) => {
    expect(verdict('unknown', signal, 'flat', confidence)).toMatchObject({ isValid: false });
  });

  it.each([0, 1])('R-19 takes a confidence of %d', (confidence) => {
    expect(verdict('unknown', 'HOLD', 'flat', confidence)).toMatchObject({ isValid: true });
  });

  it('makes 0.45 of 0.9, and 0.34 of 0.85 where a fallback answered too', () => {
    const conflict = hiddenHandAdjustment(verdict('distribution', 'BUY', 'declining'));
    expect(adjusted(0.9, withAdjustment([], conflict)).confidence).toBe(0.45);
    const both = withAdjustment(withAdjustment([], conflict), fallbackAdjustment({ fallbackUsed: true }));
    expect(adjusted(0.85, both).confidence).toBe(0.34);
    expect(isPhaseConflict(both)).toBe(true);
  });
});

describe('T-14 a fallback', () => {
  const once = withAdjustment([], fallbackAdjustment({ fallbackUsed: true }));

  it.each([
    [0.85, 0.68],
    [0.7, 0.56],
    [0, 0],
    [1, 0.8],
  ])('takes %d to %d, and its raw confidence stays', (raw, left) => {
    expect(adjusted(raw, once)).toEqual({ confidenceRaw: raw, confidence: left, adjustments: once });
  });

  it('that is heard of twice counts once', () => {
    const twice = withAdjustment(once, fallbackAdjustment({ fallbackUsed: true }));
    expect(twice).toEqual(once);
    expect(adjusted(0.85, twice)).toEqual(adjusted(0.85, once));
  });

  it('is held against nothing that the intended model answered', () => {
    expect(withAdjustment([], fallbackAdjustment({ fallbackUsed: false }))).toEqual([]);
  });

  it('is no conflict of signal and phase', () => {
    expect(isPhaseConflict(once)).toBe(false);
  });
});

describe('adjustments', () => {
  const fallback = fallbackAdjustment({ fallbackUsed: true });
  const conflict = hiddenHandAdjustment(verdict('accumulation', 'SELL', 'flat'));

  it('have the same bytes in whatever order they are heard of', () => {
    const one = withAdjustment(withAdjustment([], fallback), conflict);
    const other = withAdjustment(withAdjustment([], conflict), fallback);
    expect(JSON.stringify(adjusted(0.7, one))).toBe(JSON.stringify(adjusted(0.7, other)));
  });

  it('give way to a newer one of their code', () => {
    const worse = hiddenHandAdjustment(verdict('accumulation', 'SELL', 'declining'));
    expect(withAdjustment(withAdjustment([], conflict), worse)).toEqual([worse]);
  });
});

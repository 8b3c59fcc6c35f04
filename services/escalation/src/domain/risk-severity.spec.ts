import type { AlertRaised } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { riskCauseOf, riskLevelOf } from './risk-severity.ts';

const at = instant('2026-03-02T09:30:00Z');
const alert = (alertType: string, threshold: number, actual: number, regime?: string): AlertRaised['data'] => ({
  ...{ alertId: 'a1', portfolio: 'growth', alertType, threshold, actual, occurredAt: at, at },
  ...(regime === undefined ? {} : { regime }),
});

describe('an alert of a portfolio', () => {
  it.each([
    [0.3, 0.3, 'INFO'],
    [0.3, 0.29, 'INFO'],
    [0.3, 0.33, 'INFO'],
    [0.3, 0.331, 'WARN'],
    [0.3, 0.375, 'WARN'],
    [0.3, 0.376, 'ERROR'],
    [0.3, 0.45, 'ERROR'],
    [0.3, 0.451, 'CRITICAL'],
    [0, 0.01, 'CRITICAL'],
    [-0.2, -0.19, 'INFO'],
  ] as const)('with a limit of %d that is at %d is %s', (threshold, actual, level) => {
    expect(riskLevelOf(alert('dar_breach', threshold, actual))).toBe(level);
  });

  it('about a drawdown is CRITICAL as soon as it is beyond its limit', () => {
    expect(riskLevelOf(alert('drawdown_limit', 0.2, 0.2001))).toBe('CRITICAL');
    expect(riskLevelOf(alert('drawdown_limit', 0.2, 0.2))).toBe('INFO');
  });

  it.each([
    ['TURBULENT', 'ERROR'],
    ['STAGFLATION', 'ERROR'],
    ['CALM', 'WARN'],
    [undefined, 'WARN'],
  ] as const)('about a shift of the regime to %s is %s', (regime, level) => {
    expect(riskLevelOf(alert('regime_shift', 0.8, 0.9, regime))).toBe(level);
  });

  it('says what it is about in a sentence', () => {
    expect(riskCauseOf(alert('dar_breach', 0.1, 0.1 + 0.2))).toBe('dar_breach is 0.3, beyond its limit of 0.1.');
    expect(riskCauseOf(alert('regime_shift', 0.8, 0.9))).toBe('The regime has shifted: confidence 0.9, limit 0.8.');
  });
});

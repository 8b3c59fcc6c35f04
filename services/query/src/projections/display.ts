/**
 * A confidence as people read it: whole percent, a half away from zero. Binary numbers put 28.5 % a hair below the half,
 * so digits beyond the sixth do not decide.
 */
export function confidencePercent(confidence: number): string {
  const percent = Number((Math.abs(confidence) * 100).toFixed(6));
  const whole = Math.floor(percent + 0.5);
  return `${confidence < 0 && whole > 0 ? '-' : ''}${whole}%`;
}

export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH';

/** A risk score as people read it. */
export function riskLevelOf(riskScore: number): RiskLevel {
  if (riskScore > 0.7) return 'HIGH';
  return riskScore > 0.4 ? 'MEDIUM' : 'LOW';
}

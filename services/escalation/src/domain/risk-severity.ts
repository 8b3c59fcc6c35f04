import type { AlertRaised } from '@tocsin/contracts';
import type { Level } from './level.ts';

/** How far beyond its limit a number is, by `escalation-notification.md` 6.10.5; the upper edges belong to the band. */
const BANDS = [
  { upTo: 0.1, level: 'INFO' },
  { upTo: 0.25, level: 'WARN' },
  { upTo: 0.5, level: 'ERROR' },
] as const satisfies readonly { readonly upTo: number; readonly level: Level }[];

/** A number that is 10 % beyond its limit is so in decimals, and a little more in binary fractions. */
const ROUNDING = 1e-9;

/** Regimes in which little of what a portfolio rests on holds any more. */
const GRAVE_REGIMES: readonly string[] = ['TURBULENT', 'STAGFLATION'];

/** How bad an alert of a portfolio is; INFO is nothing that anybody has to hear of. */
export function riskLevelOf({ alertType, actual, threshold, regime }: AlertRaised['data']): Level {
  if (alertType === 'regime_shift') return GRAVE_REGIMES.includes(regime ?? '') ? 'ERROR' : 'WARN';
  const isBeyond = actual > threshold;
  if (!isBeyond) return 'INFO';
  if (alertType === 'drawdown_limit') return 'CRITICAL';
  // Of a limit of nothing, any excess is without measure.
  const excess = threshold === 0 ? Number.POSITIVE_INFINITY : (actual - threshold) / Math.abs(threshold);
  return BANDS.find(({ upTo }) => excess <= upTo + ROUNDING)?.level ?? 'CRITICAL';
}

/** What happened, for the person who is paged. */
export function riskCauseOf({ alertType, actual, threshold, regime }: AlertRaised['data']): string {
  if (alertType === 'regime_shift')
    return `The regime has shifted${regime === undefined ? '' : ` to ${regime}`}: confidence ${shown(actual)}, limit ${shown(threshold)}.`;
  return `${alertType} is ${shown(actual)}, beyond its limit of ${shown(threshold)}.`;
}

const shown = (value: number): string => String(Number(value.toPrecision(6)));

import type { BarRule } from './bar-rule.ts';

/** A volume may be zero, never below. */
export const volumeRule: BarRule = {
  reason: 'NEGATIVE_VOLUME',
  violation: ({ volume }) =>
    Number(volume) < 0 ? { field: 'volume', detail: `volume ${volume} is below zero` } : null,
};

import { isAbove, NOISE } from './comparison.ts';
import type { RulePart } from '@tocsin/contracts';

/** A reason not to trade at all, whatever the score. */
export type RedFlag = 'NO_PATTERN' | 'ATR_MISSING_OR_ZERO' | 'VOLUME' | 'EVENT_FILTER';

/** Below this share of the mean volume nobody is there to trade with. */
const THIN_VOLUME = 0.2;

/** The flags that a measured window raises, in a fixed order. A volume that is not known is not a thin one. */
export function redFlags(
  parts: readonly RulePart[],
  { atr14, relativeVolume }: { readonly atr14: number; readonly relativeVolume: number | null },
  noise: number,
  isEventNear: boolean,
): readonly RedFlag[] {
  const flags: RedFlag[] = [];
  if (!parts.some(({ part, points }) => part === 'pattern' && points > 0)) flags.push('NO_PATTERN');
  if (!isAbove(atr14, 0, noise)) flags.push('ATR_MISSING_OR_ZERO');
  if (relativeVolume !== null && isAbove(THIN_VOLUME, relativeVolume, NOISE)) flags.push('VOLUME');
  if (isEventNear) flags.push('EVENT_FILTER');
  return flags;
}

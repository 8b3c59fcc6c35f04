import { isAtLeast, NOISE } from '../../comparison.ts';
import { VOLUME_BARS } from '../../measures/relative-volume.ts';
import type { Rule } from '../rule.ts';

/** How much more than usual is a crowd. */
const CROWDED = 1.2;

/** More than the usual volume stands behind the bar. */
export const volume: Rule = {
  name: 'volume',
  needsBars: VOLUME_BARS,
  holds: ({ relativeVolume }) => (relativeVolume === null ? 'unknown' : isAtLeast(relativeVolume, CROWDED, NOISE)),
};

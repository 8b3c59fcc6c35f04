import type { Phase } from '../../market-state.ts';
import type { Rule } from '../rule.ts';

/** The phases in which a market is bought, or goes up. */
const RISING: readonly Phase[] = ['accumulation', 'reaccumulation', 'markup'];

/** The committed phase goes with the counted side; an unknown one does not. */
export const phase: Rule = {
  name: 'phase',
  needsBars: 1,
  holds: (reading) => RISING.includes(reading.phase),
};

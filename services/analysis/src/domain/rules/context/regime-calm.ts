import type { Rule } from '../rule.ts';

/** The market's committed regime is calm; a regime that nobody has committed is neither for nor against. */
export const regimeCalm: Rule = {
  name: 'regime-calm',
  needsBars: 1,
  holds: ({ regime }) => (regime === 'unknown' ? 'unknown' : regime === 'CALM'),
};

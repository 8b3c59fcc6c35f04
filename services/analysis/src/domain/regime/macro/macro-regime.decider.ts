import type { Decider } from '@tocsin/domain-kit';
import { economyAt } from './economy.ts';
import type { JudgeEconomy, MacroRegime, MacroRegimeEvent } from './macro-regime.ts';
import { monthOf, monthText } from './month.ts';

/** The version of everything that makes a macro regime: inputs, readings and commit rule. A version never changes. */
const MACRO_VERSION = 'macro-1';

/**
 * Says where an economy is when that changes, and once that nobody can tell. The newest month that is over is judged,
 * and only once a series tells of a day after it: what is told of that month or before may be history that is being
 * loaded, a series after the other, and half of a month is none.
 */
export const macroRegimeDecider: Decider<JudgeEconomy, MacroRegimeEvent, MacroRegime> = {
  initialState: () => ({ committed: 'unknown', isUnavailable: false }),

  decide({ data: { economy, lines, toldOn, at } }, { committed: from, isUnavailable }) {
    const month = monthOf(at) - 1;
    if (monthOf(toldOn) <= month) return [];
    const { reading, commitment, missing } = economyAt(lines, month);
    const about = { economy, from, month: monthText(month), missing, macroVersion: MACRO_VERSION, at };
    if (reading === null) return isUnavailable ? [] : [{ type: 'MacroRegimeUnavailable', data: about }];

    const to = commitment.committed;
    if (to === 'unknown' || to === from) return [];
    const { probabilities, growth, inflation } = reading;
    const evidence = { probability: probabilities[to], probabilities, growth, inflation };
    return [{ type: 'MacroRegimeCommitted', data: { ...about, to, ...evidence } }];
  },

  evolve(_regime, event) {
    switch (event.type) {
      case 'MacroRegimeCommitted':
        return { committed: event.data.to, isUnavailable: false };
      case 'MacroRegimeUnavailable':
        return { committed: 'unknown', isUnavailable: true };
    }
  },
};

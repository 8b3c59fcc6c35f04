import type { EntityType } from '@tocsin/event-log';
import type { JudgeEconomy, MacroRegime, MacroRegimeEvent } from './domain/regime/macro/macro-regime.ts';
import { macroRegimeDecider } from './domain/regime/macro/macro-regime.decider.ts';

/** Where an economy is; its name is the key. */
export const macroRegime: EntityType<JudgeEconomy, MacroRegimeEvent, MacroRegime> = {
  type: 'macro-regime',
  decider: macroRegimeDecider,
};

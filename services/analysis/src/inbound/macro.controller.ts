import { Controller } from '@nestjs/common';
import type { MacroObserved, Recorded } from '@tocsin/contracts';
import { Hears, to, type Intention, type Local } from '@tocsin/event-log';
import { INDICATORS } from '../domain/regime/macro/indicators.ts';
import { macroRegime } from '../macro-regime.entity.ts';
import { ECONOMY, economyModel } from './economy.model.ts';

@Controller()
export class MacroController {
  /** Whatever a series of the economy tells may move it; whether it does is the decider's to say. */
  @Hears('MacroObserved')
  onMacroObserved({ data }: Recorded<MacroObserved>, local: Local): readonly Intention[] {
    const { series, observedOn, vintageOn, at } = data;
    const indicator = INDICATORS.find((each) => each.series === series);
    if (indicator === undefined) return [];
    const lines = local.get(economyModel, ECONOMY) ?? {};
    const toldOn = indicator.isRevised ? vintageOn : observedOn;
    return [to(macroRegime, ECONOMY, { type: 'JudgeEconomy', data: { economy: ECONOMY, lines, toldOn, at } })];
  }
}

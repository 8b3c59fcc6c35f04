import { Module, type DynamicModule } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { EventLogModule } from '@tocsin/event-log';
import { analysis } from './analysis.entity.ts';
import type { AnalysisConfig } from './config.ts';
import { BAR_READING, BarController, type BarReading } from './inbound/bar.controller.ts';
import { barWindowModel } from './inbound/bar-window.model.ts';
import { economyModel } from './inbound/economy.model.ts';
import { MacroController } from './inbound/macro.controller.ts';
import { readEventFilter } from './inbound/event-filter.ts';
import { readModels } from './inbound/models/models.ts';
import { AgentsModule, hasAnalyst } from './inbound/agents/agents.module.ts';
import { newestHeadlines } from './inbound/agents/headline.model.ts';
import { reviewedRuns } from './inbound/agents/reviewed-run.model.ts';
import { macroRegime } from './macro-regime.entity.ts';
import { pool } from './pool.entity.ts';

/** Turns closed bars into runs and signals. */
@Module({})
export class AnalysisModule {
  /** @throws {EnvFault} when the analyst is half-configured. */
  static for(config: AnalysisConfig): DynamicModule {
    const windows = barWindowModel(config.WINDOWS_IN_MEMORY);
    const reading: BarReading = {
      windows,
      models: readModels(config.ANALYSIS_MODELS),
      events: readEventFilter(config.ANALYSIS_EVENTS),
      mlWeight: config.ML_WEIGHT_PERCENT / 100,
      clockAt: clockOf(config),
    };
    return {
      module: AnalysisModule,
      imports: [
        EventLogModule.forService({
          service: 'analysis',
          // Its own lane too: what an agent came to is validated by what the pair's analyses know.
          hears: ['ingestion', 'analysis'],
          entities: [analysis, macroRegime, pool],
          locals: [windows, economyModel, ...(hasAnalyst(config) ? [reviewedRuns, newestHeadlines] : [])],
        }),
        AgentsModule.for(config),
      ],
      controllers: [BarController, MacroController],
      providers: [{ provide: BAR_READING, useValue: reading }],
    };
  }
}

/**
 * The clock that says whether a bar is overtaken. In accelerated history it is the bar's own time, the newest that was
 * heard when the bar was heard. Otherwise it is the wall clock and not the log's: that one waits while the service
 * catches up, so that no deadline comes too early, and by it a bar would be as fresh as ever however late it is read.
 */
const clockOf = ({ TOCSIN_CLOCK }: AnalysisConfig): BarReading['clockAt'] =>
  TOCSIN_CLOCK === 'accelerated' ? ({ time }) => time : () => instant(Date.now());

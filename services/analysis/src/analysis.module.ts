import { Module, type DynamicModule } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { EventLogModule } from '@tocsin/event-log';
import { analysis } from './analysis.entity.ts';
import type { AnalysisConfig } from './config.ts';
import { BAR_READING, BarController, type BarReading } from './inbound/bar.controller.ts';
import { barWindowModel } from './inbound/bar-window.model.ts';
import { readModels } from './inbound/models/models.ts';
import { AnalystModule } from './outbound/llm/analyst.module.ts';

/** Turns closed bars into runs and signals. */
@Module({})
export class AnalysisModule {
  /** @throws {EnvFault} when the analyst is half-configured. */
  static for(config: AnalysisConfig): DynamicModule {
    const windows = barWindowModel(config.WINDOWS_IN_MEMORY);
    const reading: BarReading = {
      windows,
      models: readModels(config.ANALYSIS_MODELS),
      mlWeight: config.ML_WEIGHT_PERCENT / 100,
      clockAt: clockOf(config),
    };
    return {
      module: AnalysisModule,
      imports: [
        EventLogModule.forService({
          service: 'analysis',
          hears: ['ingestion'],
          entities: [analysis],
          locals: [windows],
        }),
        AnalystModule.for(config),
      ],
      controllers: [BarController],
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

import { Module, type DynamicModule } from '@nestjs/common';
import type { BarClosed, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { EventLog, EventLogModule } from '@tocsin/event-log';
import { analysis } from './analysis.entity.ts';
import type { AnalysisConfig } from './config.ts';
import { BAR_READING, BarController, type BarReading } from './inbound/bar.controller.ts';
import { barWindowModel } from './inbound/bar-window.model.ts';

/** Turns closed bars into runs and signals. */
@Module({})
export class AnalysisModule {
  static for(config: AnalysisConfig): DynamicModule {
    const windows = barWindowModel(config.WINDOWS_IN_MEMORY);
    return {
      module: AnalysisModule,
      imports: [
        EventLogModule.forService({
          service: 'analysis',
          hears: ['ingestion'],
          entities: [analysis],
          locals: [windows],
        }),
      ],
      controllers: [BarController],
      providers: [
        {
          provide: BAR_READING,
          inject: [EventLog],
          useFactory: (log: EventLog): BarReading => ({
            windows,
            mlWeight: config.ML_WEIGHT_PERCENT / 100,
            clockAt: clockOf(config, log),
          }),
        },
      ],
    };
  }
}

/**
 * In accelerated history a bar's own time is the newest that was heard when it is heard. The log has by then read on in
 * the same batch, and what it has read would make bars overtaken by how the batches fell, differently in every run.
 */
const clockOf = ({ TOCSIN_CLOCK }: AnalysisConfig, log: EventLog): ((bar: Recorded<BarClosed>) => Instant) =>
  TOCSIN_CLOCK === 'accelerated' ? ({ time }) => time : () => log.now();

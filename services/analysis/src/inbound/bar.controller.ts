import { Controller, Inject } from '@nestjs/common';
import type { BarClosed, BarRevised, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Hears, to, type Intention, type Local, type LocalModel } from '@tocsin/event-log';
import { analysis } from '../analysis.entity.ts';
import type { BarWindow } from '../domain/bar-window.ts';
import type { FilteredEvents } from '../domain/event-filter.ts';
import { modelFor } from '../domain/model/artefact.ts';
import { regimeModelFor } from '../domain/regime/regime-model.ts';
import type { Models } from './models/models.ts';

/** What an analysis needs besides the bar. */
export interface BarReading {
  readonly windows: LocalModel<BarWindow, BarClosed | BarRevised>;
  readonly models: Models;
  /** Moments around which nothing is traded. */
  readonly events: FilteredEvents;
  /** The model's share of the composite, 0 to 1. */
  readonly mlWeight: number;
  /** The service's clock as of hearing a bar. */
  readonly clockAt: (bar: Recorded<BarClosed>) => Instant;
}

/** The token under which the module gives the controller its `BarReading`. */
export const BAR_READING = Symbol('tocsin:bar-reading');

@Controller()
export class BarController {
  constructor(@Inject(BAR_READING) private readonly reading: BarReading) {}

  /** Every closed bar asks for its analysis; whether it gets one is the decider's to say. */
  @Hears('BarClosed')
  onBarClosed(event: Recorded<BarClosed>, local: Local): readonly Intention[] {
    const { windows, models, mlWeight, events, clockAt } = this.reading;
    const { data, recordedTime } = event;
    const window = local.get(windows, data.pair) ?? [];
    return [
      to(analysis, data.pair, {
        type: 'AnalyseBar',
        data: {
          bar: data,
          barRecordedAt: recordedTime,
          window,
          model: modelFor(models.scoring, data),
          regimeModel: regimeModelFor(models.regimes, data),
          mlWeight,
          events,
          now: clockAt(event),
        },
      }),
    ];
  }
}

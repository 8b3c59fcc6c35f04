import { Module, type DynamicModule } from '@nestjs/common';
import { EVENT_LOG_WIRING, type Wiring } from '@tocsin/event-log';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/** The token of the process's log. */
export const LOGGER = Symbol('tocsin:logger');

/** The token of the process's metrics registry; a service may add its own. */
export const METRICS = Symbol('tocsin:metrics');

/** What every part of a service may ask for. */
export type Kit = { readonly logger: Logger; readonly metrics: Registry };

/** Gives the whole service its log, its metrics, and the wiring of its event log. */
@Module({})
export class KitModule {
  static of({ logger, metrics }: Kit, wiring: Wiring): DynamicModule {
    return {
      module: KitModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: METRICS, useValue: metrics },
        { provide: EVENT_LOG_WIRING, useValue: wiring },
      ],
      exports: [LOGGER, METRICS, EVENT_LOG_WIRING],
    };
  }
}

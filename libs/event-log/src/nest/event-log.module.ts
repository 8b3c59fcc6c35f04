import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { ServiceName } from '@tocsin/contracts';
import { EventLog } from '../event-log.ts';
import type { Wiring } from '../session.ts';
import type { AnyEntityType } from '../step/entity-type.ts';
import type { AnyLocalModel } from '../step/local-model.ts';
import type { StepBody } from '../step/step-body.ts';
import { LaneServer } from './lane-server.ts';
import type { ListeningController } from './listeners.ts';

/** The token under which a process gives the log its wiring. */
export const EVENT_LOG_WIRING = Symbol('tocsin:event-log-wiring');

/** What a service tells the log about itself. */
export type ServiceOptions = {
  readonly service: ServiceName;
  /** The services whose lanes it hears. */
  readonly hears: readonly ServiceName[];
  readonly entities?: readonly AnyEntityType[];
  readonly locals?: readonly AnyLocalModel[];
  /** Where facts go instead of to entities: read models. */
  readonly body?: StepBody;
  /** The services that it sends requests to, among those that it hears. */
  readonly asks?: readonly ServiceName[];
};

/** Gives a service its `EventLog` and its `LaneServer`. */
@Module({})
export class EventLogModule {
  static forService({ service, hears, entities = [], locals = [], body, asks = [] }: ServiceOptions): DynamicModule {
    return {
      module: EventLogModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        {
          provide: EventLog,
          inject: [EVENT_LOG_WIRING],
          useFactory: (wiring: Wiring) =>
            new EventLog({ service, hears, entities, locals, body: body ?? null, asks }, wiring),
        },
        {
          provide: LaneServer,
          inject: [EventLog, DiscoveryService],
          useFactory: (eventLog: EventLog, discovery: DiscoveryService) =>
            new LaneServer(eventLog, () =>
              discovery.getControllers().map(({ instance }): ListeningController => instance as ListeningController),
            ),
        },
      ],
      exports: [EventLog, LaneServer],
    };
  }
}

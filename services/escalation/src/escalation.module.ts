import { Module, type DynamicModule } from '@nestjs/common';
import { EventLog, EventLogModule, type Log } from '@tocsin/event-log';
import { LOGGER } from '@tocsin/service-kit';
import { expectedServices, type EscalationConfig } from './config.ts';
import { episode } from './episode.entity.ts';
import { AcknowledgementController } from './inbound/acknowledgement.controller.ts';
import { AgentController } from './inbound/agent.controller.ts';
import { BarController } from './inbound/bar.controller.ts';
import { FeedController } from './inbound/feed.controller.ts';
import { pairLines } from './inbound/pair-line.model.ts';
import { PatienceWatch } from './inbound/patience.watch.ts';
import { poolRecords } from './inbound/pool-record.model.ts';
import { providerRecords } from './inbound/provider-record.model.ts';
import { ProviderController } from './inbound/provider.controller.ts';
import { serviceRecords } from './inbound/service-record.model.ts';
import { SilenceWatch } from './inbound/silence.watch.ts';
import { TroubleController } from './inbound/trouble.controller.ts';
import { WatchRounds } from './inbound/watch-rounds.ts';
import { silence } from './silence.entity.ts';

const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** Turns failures into episodes, and successes into their ends. */
@Module({})
export class EscalationModule {
  static for(config: Pick<EscalationConfig, 'EXPECTED_SERVICES'>): DynamicModule {
    return {
      module: EscalationModule,
      imports: [
        EventLogModule.forService({
          service: 'escalation',
          hears: ['ingestion', 'analysis', 'notification', 'query'],
          entities: [episode, silence],
          locals: [pairLines, serviceRecords, providerRecords, poolRecords],
        }),
      ],
      controllers: [
        BarController,
        FeedController,
        ProviderController,
        AgentController,
        TroubleController,
        AcknowledgementController,
      ],
      providers: [
        {
          provide: WatchRounds,
          inject: [EventLog, LOGGER],
          useFactory: (eventLog: EventLog, log: Log) =>
            new WatchRounds(
              new SilenceWatch(eventLog, expectedServices(config), clocks),
              new PatienceWatch(eventLog),
              log,
            ),
        },
      ],
    };
  }
}

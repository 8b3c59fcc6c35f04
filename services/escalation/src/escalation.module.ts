import { Module, type DynamicModule } from '@nestjs/common';
import { EventLog, EventLogModule, type Log } from '@tocsin/event-log';
import { LOGGER } from '@tocsin/service-kit';
import { expectedServices, type EscalationConfig } from './config.ts';
import { entities } from './entities.ts';
import { AgentController } from './inbound/agent.controller.ts';
import { AlertController } from './inbound/alert.controller.ts';
import { BarController } from './inbound/bar.controller.ts';
import { EpisodeController } from './inbound/episode.controller.ts';
import { FeedController } from './inbound/feed.controller.ts';
import { pairLines } from './inbound/pair-line.model.ts';
import { PatienceWatch } from './inbound/patience.watch.ts';
import { PolicyController } from './inbound/policy.controller.ts';
import { poolRecords } from './inbound/pool-record.model.ts';
import { PortfolioController } from './inbound/portfolio.controller.ts';
import { providerRecords } from './inbound/provider-record.model.ts';
import { ProviderController } from './inbound/provider.controller.ts';
import { releaseRecords } from './inbound/release-record.model.ts';
import { ReleaseController } from './inbound/release.controller.ts';
import { serviceRecords } from './inbound/service-record.model.ts';
import { PresenceWatch } from './inbound/presence.watch.ts';
import { SilenceController } from './inbound/silence.controller.ts';
import { termsModel } from './inbound/terms.model.ts';
import { TroubleController } from './inbound/trouble.controller.ts';
import { WatchRounds } from './inbound/watch-rounds.ts';

const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** Whoever translates what is heard and asked for. */
export const CONTROLLERS = [
  BarController,
  FeedController,
  ProviderController,
  AgentController,
  PortfolioController,
  ReleaseController,
  TroubleController,
  AlertController,
  EpisodeController,
  SilenceController,
  PolicyController,
] as const;

/** What they ask while they do. */
export const LOCALS = [pairLines, serviceRecords, providerRecords, poolRecords, releaseRecords, termsModel] as const;

/** Turns failures into episodes, and successes into their ends. */
@Module({})
export class EscalationModule {
  static for(config: Pick<EscalationConfig, 'EXPECTED_SERVICES'>): DynamicModule {
    return {
      module: EscalationModule,
      imports: [
        EventLogModule.forService({
          service: 'escalation',
          // Its own lane too: a provider in trouble is never told of as less than the worst of its pairs.
          hears: ['ingestion', 'analysis', 'risk', 'governance', 'escalation', 'notification', 'query'],
          entities,
          locals: LOCALS,
        }),
      ],
      controllers: [...CONTROLLERS],
      providers: [
        {
          provide: WatchRounds,
          inject: [EventLog, LOGGER],
          useFactory: (eventLog: EventLog, log: Log) =>
            new WatchRounds(
              new PresenceWatch(eventLog, expectedServices(config), clocks),
              new PatienceWatch(eventLog),
              log,
            ),
        },
      ],
    };
  }
}

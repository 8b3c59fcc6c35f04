import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLog, EventLogModule, ProjectionRunner } from '@tocsin/event-log';
import { LOGGER, readConfigFile } from '@tocsin/service-kit';
import type { QueryConfig } from './config.ts';
import { readingFrom } from './data-source.ts';
import { AlertmanagerIntake, AlertmanagerTokens } from './inbound/alertmanager/alertmanager-intake.ts';
import { SilenceIntake } from './inbound/alertmanager/silence-intake.ts';
import { AlertIntake } from './inbound/hooks/alert-intake.ts';
import { HookTokens, type Hook, type HookLog } from './inbound/hooks/hook-tokens.ts';
import { AgentController } from './inbound/http/agent.controller.ts';
import { AgentRequestController } from './inbound/http/agent-request.controller.ts';
import { AnalysisController } from './inbound/http/analysis.controller.ts';
import { RequestController } from './inbound/http/request.controller.ts';
import { ChannelController } from './inbound/http/channel.controller.ts';
import { ChannelRequestController } from './inbound/http/channel-request.controller.ts';
import { AnswerInterceptor } from './inbound/http/answer.interceptor.ts';
import { Door } from './inbound/http/door.ts';
import { EscalationRequestController } from './inbound/http/escalation-request.controller.ts';
import { EscalationController } from './inbound/http/escalation.controller.ts';
import { SilenceController } from './inbound/http/silence.controller.ts';
import { FeedRequestController } from './inbound/http/feed-request.controller.ts';
import { FeedController } from './inbound/http/feed.controller.ts';
import { NotificationController } from './inbound/http/notification.controller.ts';
import { SimulationController } from './inbound/http/simulation.controller.ts';
import { PolicyController } from './inbound/http/policy.controller.ts';
import { IngestionController } from './inbound/http/ingestion.controller.ts';
import { SecretFiles } from './outbound/secret-files.ts';
import { projections } from './projections/projections.ts';
import { Agents } from './reading/agents.ts';
import { Alertmanager } from './reading/alertmanager/alertmanager.ts';
import { Analyses } from './reading/analyses.ts';
import { Bars } from './reading/bars.ts';
import { Channels } from './reading/channels.ts';
import { DeadLetters } from './reading/dead-letters.ts';
import { Escalations } from './reading/escalations.ts';
import { FeedMetrics } from './reading/feed-metrics.ts';
import { Feeds } from './reading/feeds.ts';
import { Notifications } from './reading/notifications.ts';
import { Notices } from './reading/notices.ts';
import { Policies } from './reading/policies.ts';
import { ReadSide } from './reading/read-side.ts';
import { Requests } from './reading/requests.ts';
import { ServiceTime } from './reading/service-time.ts';
import { Silences } from './reading/silences.ts';
import { Signals } from './reading/signals.ts';
import { Simulations } from './reading/simulations.ts';
import { Status } from './reading/status.ts';
import { Tasks } from './reading/tasks.ts';
import { SERVICES_BEHIND } from './services-behind.ts';

type ReadingConfig = Pick<QueryConfig, 'DATABASE_URL' | 'READ_CONNECTIONS_MAX' | 'TOCSIN_CLOCK'> &
  Partial<Pick<QueryConfig, 'TOCSIN_CONFIG' | 'SECRETS_DIRECTORY'>>;

/** Folds the log into read models and answers from them; what is to be changed it asks of others. */
@Module({})
export class QueryModule {
  static for(config: ReadingConfig): DynamicModule {
    const { DATABASE_URL, READ_CONNECTIONS_MAX, TOCSIN_CLOCK, TOCSIN_CONFIG = null, SECRETS_DIRECTORY = null } = config;
    return {
      module: QueryModule,
      imports: [
        EventLogModule.forService({
          service: 'query',
          hears: SERVICES_BEHIND,
          body: new ProjectionRunner(projections),
          asks: SERVICES_BEHIND,
        }),
        TypeOrmModule.forRoot(readingFrom(DATABASE_URL, READ_CONNECTIONS_MAX)),
      ],
      controllers: [
        IngestionController,
        FeedController,
        AnalysisController,
        AgentController,
        EscalationController,
        EscalationRequestController,
        SilenceController,
        PolicyController,
        NotificationController,
        SimulationController,
        ChannelController,
        RequestController,
        ChannelRequestController,
        FeedRequestController,
        AgentRequestController,
      ],
      providers: [
        {
          provide: ServiceTime,
          inject: [EventLog],
          useFactory: (log: EventLog): ServiceTime => ({ now: () => log.now(), isWall: TOCSIN_CLOCK === 'wall' }),
        },
        {
          provide: HookTokens,
          inject: [LOGGER],
          useFactory: (log: HookLog) => new HookTokens(hooksIn(TOCSIN_CONFIG).tradingview, log),
        },
        {
          provide: AlertmanagerTokens,
          inject: [LOGGER],
          useFactory: (log: HookLog) => new AlertmanagerTokens(hooksIn(TOCSIN_CONFIG).alertmanager, log),
        },
        { provide: SecretFiles, useFactory: () => new SecretFiles(SECRETS_DIRECTORY) },
        ...[
          ReadSide,
          Status,
          Bars,
          Feeds,
          FeedMetrics,
          Analyses,
          Signals,
          Agents,
          Tasks,
          Escalations,
          Alertmanager,
          Notifications,
          Notices,
          DeadLetters,
          Policies,
          Simulations,
          Silences,
          Channels,
          Requests,
          Door,
          AlertIntake,
          AlertmanagerIntake,
          SilenceIntake,
          AnswerInterceptor,
        ],
      ],
    };
  }
}

type Hooks = { readonly tradingview: readonly Hook[]; readonly alertmanager: readonly Hook[] };

/** Who may send alerts, as the configuration file says; nobody where there is none. */
function hooksIn(configFile: string | null): Hooks {
  const { tradingview = [], alertmanager = [] } = configFile === null ? {} : (readConfigFile(configFile).hooks ?? {});
  return { tradingview, alertmanager };
}

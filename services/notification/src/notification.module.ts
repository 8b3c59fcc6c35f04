import { Module, type DynamicModule, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EVENT_LOG_WIRING, EventLog, EventLogModule, type Log, type Wiring } from '@tocsin/event-log';
import { LOGGER, type Kit } from '@tocsin/service-kit';
import { channelEntity } from './channel.entity.ts';
import type { NotificationConfig } from './config.ts';
import { delivery } from './delivery.entity.ts';
import { addresseesOf } from './domain/round/address-book.ts';
import { bootBook } from './domain/round/boot-book.ts';
import { CHANNEL_ENTITY, ChannelController, WIRED_CHANNELS } from './inbound/channels/channel.controller.ts';
import { ChannelWatch } from './inbound/channels/channel.watch.ts';
import { knownChannels, readKnownChannels } from './inbound/channels/known-channel.model.ts';
import { ADDRESSEES, EpisodeController } from './inbound/episode.controller.ts';
import { knownTenants } from './inbound/choices/known-tenant.model.ts';
import { policyVersions } from './inbound/choices/policy-version.model.ts';
import { readBook } from './inbound/choices/read-book.ts';
import { silences } from './inbound/choices/silence.model.ts';
import { GoodNewsController } from './inbound/good-news/good-news.controller.ts';
import { signalReasons } from './inbound/good-news/signal-reason.model.ts';
import { RedriveController } from './inbound/redrive.controller.ts';
import { noticeLines } from './inbound/notices/notice-line.model.ts';
import { registerNoticeMetrics } from './inbound/notices/notice-metrics.ts';
import { NoticeRounds } from './inbound/notices/notice-rounds.ts';
import { NoticeRound } from './inbound/notices/notice.round.ts';
import { RoundClock } from './inbound/notices/round-clock.ts';
import { toldGroups } from './inbound/notices/told-group.model.ts';
import { openQuestions } from './inbound/simulations/open-question.model.ts';
import { SimulationController } from './inbound/simulations/simulation.controller.ts';
import { SimulationWorker } from './inbound/simulations/simulation.worker.ts';
import { notice } from './notice.entity.ts';
import { ChannelRegistry } from './outbound/channel-registry.ts';
import { housePostOf, openChannels, reachOf } from './outbound/channels/open-channels.ts';
import { SecretsDirectory } from './outbound/channels/secrets-directory.ts';
import { deadLetter } from './outbound/dead-letter.model.ts';
import { DeliveryLedger } from './outbound/delivery-ledger.ts';
import { DeliveryMetrics } from './outbound/delivery-metrics.ts';
import { deliveryTrail } from './outbound/delivery-trail.ts';
import { deliveryWork } from './outbound/delivery-work.ts';
import { DeliveryWorker } from './outbound/delivery.worker.ts';
import { DeadManHeartbeat } from './outbound/heartbeat/heartbeat.ts';
import { watcherOf } from './outbound/heartbeat/watcher.ts';
import { channelRecord, episodeStanding } from './outbound/standing.models.ts';
import { TenantWishes } from './outbound/tenant-wishes.ts';
import { WiredChannels } from './outbound/wired-channels.ts';
import { readPolicy } from './policy.ts';
import { simulation } from './simulation.entity.ts';

const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** Turns episodes into notices, and notices into letters that arrive. */
@Module({})
export class NotificationModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly channels: ChannelWatch,
    private readonly worker: DeliveryWorker,
  ) {}

  /** @throws {EnvFault} when a channel is half-configured. @throws {ContractViolation} when the policy is not as it must be. */
  static for(config: NotificationConfig, { logger, metrics }: Kit): DynamicModule {
    const policy = readPolicy(config.NOTIFICATION_POLICY_FILE);
    const { channels, routing } = openChannels(config, policy, logger);
    const isLive = ({ id }: { readonly id: string }) => routing.channels.some((channel) => channel.id === id);
    const live = policy.channels.filter(isLive);
    const channel = channelEntity((channelId) => policy.channels.some(({ id }) => id === channelId));
    const book = bootBook(policy, live);
    return {
      module: NotificationModule,
      imports: [
        EventLogModule.forService({
          service: 'notification',
          hears: ['escalation', 'analysis', 'ingestion'], // Ingestion's facts carry the time of accelerated history.
          entities: [notice, delivery, channel, simulation],
          locals: [
            deliveryWork,
            knownChannels,
            deliveryTrail,
            episodeStanding,
            channelRecord,
            deadLetter,
            noticeLines,
            toldGroups,
            silences,
            policyVersions,
            knownTenants,
            signalReasons,
            openQuestions,
          ],
        }),
      ],
      controllers: [EpisodeController, ChannelController, GoodNewsController, RedriveController, SimulationController],
      providers: [
        { provide: CHANNEL_ENTITY, useValue: channel },
        { provide: WIRED_CHANNELS, useValue: live },
        { provide: ADDRESSEES, useValue: addresseesOf(book) },
        {
          provide: NoticeRounds,
          inject: [EventLog, EVENT_LOG_WIRING, LOGGER],
          useFactory: (eventLog: EventLog, { clock: mode }: Wiring, log: Log) => {
            registerNoticeMetrics(metrics, eventLog);
            return new NoticeRounds({
              round: new NoticeRound({
                log: eventLog,
                readBook: () => readBook(eventLog.sql, book),
                clock: new RoundClock({ log: eventLog, mode, ...clocks }),
                publicUrl: config.PUBLIC_URL,
              }),
              eventLog,
              everyMs: config.DELIVERY_POLL_MS,
              log,
            });
          },
        },
        {
          provide: SimulationWorker,
          inject: [EventLog, LOGGER],
          useFactory: (eventLog: EventLog, journal: Log) =>
            new SimulationWorker({ log: eventLog, readBook: () => readBook(eventLog.sql, book), journal }),
        },
        {
          provide: DeadManHeartbeat,
          inject: [EventLog],
          useFactory: (eventLog: EventLog) =>
            new DeadManHeartbeat({
              eventLog,
              watcher: watcherOf(config, reachOf(config)),
              everyMs: config.HEARTBEAT_EVERY_MS,
              nowMs: () => performance.now(),
              log: logger,
            }),
        },
        {
          provide: ChannelRegistry,
          inject: [EventLog],
          useFactory: (eventLog: EventLog) =>
            new ChannelRegistry({
              wired: new WiredChannels(channels, policy.channels),
              read: () => readKnownChannels(eventLog.sql),
              secrets: new SecretsDirectory(config.SECRETS_DIRECTORY),
              surroundings: {
                reach: reachOf(config),
                timeoutMs: config.DELIVERY_TIMEOUT_MS,
                post: housePostOf(config),
              },
              log: logger,
            }),
        },
        {
          provide: ChannelWatch,
          inject: [EventLog, ChannelRegistry],
          useFactory: (eventLog: EventLog, registry: ChannelRegistry) =>
            new ChannelWatch({ registry, eventLog, log: logger }),
        },
        {
          provide: DeliveryWorker,
          inject: [EventLog, EVENT_LOG_WIRING, ChannelRegistry],
          useFactory: (eventLog: EventLog, { watchdog }: Wiring, registry: ChannelRegistry) => {
            const counts = new DeliveryMetrics(metrics, () => registry.all());
            return new DeliveryWorker({
              eventLog,
              ledger: new DeliveryLedger(eventLog),
              channels: registry,
              readWishes: async () => new TenantWishes(await readBook(eventLog.sql, book), eventLog.now()),
              houseRate: { messages: config.MESSAGES_PER_MINUTE, perMs: 60_000 },
              pollMs: config.DELIVERY_POLL_MS,
              log: logger,
              onSaid: (facts) => {
                counts.count(facts);
              },
              beat: watchdog.watch('deliveries'),
            });
          },
        },
      ],
    };
  }

  /** Nothing is sent before all channels are open: what is left from before would be told that its channel is absent. */
  async onApplicationBootstrap(): Promise<void> {
    await this.channels.start();
    this.worker.start();
  }

  /** Before the log is closed, so that what is on its way still gets its outcome. */
  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }
}

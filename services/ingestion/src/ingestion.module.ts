import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { EVENT_LOG_WIRING, EventLog, EventLogModule, type Wiring } from '@tocsin/event-log';
import { calendar } from './calendar.entity.ts';
import { clock } from './clock.entity.ts';
import type { IngestionConfig } from './config.ts';
import { defaultCalendars } from './domain/calendars/calendars.ts';
import { feedEntity, type FeedEntity } from './feed.entity.ts';
import { historicFeeds, soakFeeds } from './histories.ts';
import { FEED_ENTITY, FeedController } from './inbound/feed.controller.ts';
import { Live } from './inbound/poller/live.ts';
import { SignalController } from './inbound/signal.controller.ts';
import { Timekeeper } from './inbound/timekeeper/timekeeper.ts';
import { provider } from './provider.entity.ts';
import { series } from './series.entity.ts';
import { signalSource } from './signal-source.entity.ts';

/** Turns what providers tell into bars, and says how fresh each pair is. */
@Module({})
export class IngestionModule {
  /** `tell` shows a line to whoever looks at the terminal, where there is one. */
  static for(config: IngestionConfig, tell: (line: string) => void = () => undefined): DynamicModule {
    const live = config.TOCSIN_CLOCK === 'wall' ? new Live(config.TOCSIN_CONFIG, tell) : null;
    const feed = live?.feed ?? feedEntity(defaultCalendars);
    return {
      module: IngestionModule,
      imports: [
        EventLogModule.forService({
          service: 'ingestion',
          hears: [],
          entities: [feed, provider, clock, calendar, series, signalSource],
        }),
      ],
      controllers: [FeedController, SignalController],
      providers: [{ provide: FEED_ENTITY, useValue: feed }, live === null ? timekeeper(config, feed) : poller(live)],
    };
  }
}

/** History is played only where everybody lives by its clock. */
const timekeeper = (config: IngestionConfig, entity: FeedEntity): Provider => ({
  provide: Timekeeper,
  inject: [EventLog, EVENT_LOG_WIRING],
  useFactory: async (eventLog: EventLog, { log, watchdog }: Wiring) =>
    new Timekeeper({
      eventLog,
      entity,
      calendars: defaultCalendars,
      feeds: config.HISTORY === 'soak' ? soakFeeds(config.SOAK_SEED) : await historicFeeds(config.SIMULATED_PAIRS),
      instantsPerSecond: config.INSTANTS_PER_SECOND,
      log,
      beat: watchdog.watch('timekeeper'),
    }),
});

/** On the wall clock providers are asked. */
const poller = (live: Live): Provider => ({
  provide: Live,
  inject: [EventLog, EVENT_LOG_WIRING],
  useFactory: (eventLog: EventLog, { log, watchdog }: Wiring) => live.with({ eventLog, log, watchdog }),
});

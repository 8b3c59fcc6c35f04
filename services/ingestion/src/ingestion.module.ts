import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { EVENT_LOG_WIRING, EventLog, EventLogModule, type Wiring } from '@tocsin/event-log';
import { clock } from './clock.entity.ts';
import type { IngestionConfig } from './config.ts';
import { defaultCalendars } from './domain/calendars/calendars.ts';
import { feedEntity } from './feed.entity.ts';
import { provider } from './provider.entity.ts';
import { historicFeeds } from './histories.ts';
import { Timekeeper } from './inbound/timekeeper/timekeeper.ts';

const feed = feedEntity(defaultCalendars);

/** Turns what providers tell into bars, and says how fresh each pair is. */
@Module({})
export class IngestionModule {
  static for(config: IngestionConfig): DynamicModule {
    return {
      module: IngestionModule,
      imports: [EventLogModule.forService({ service: 'ingestion', hears: [], entities: [feed, provider, clock] })],
      providers: config.TOCSIN_CLOCK === 'accelerated' ? [timekeeper(config)] : [],
    };
  }
}

/** History is played only where everybody lives by its clock; on the wall clock there are no providers yet. */
const timekeeper = ({ INSTANTS_PER_SECOND, SIMULATED_PAIRS }: IngestionConfig): Provider => ({
  provide: Timekeeper,
  inject: [EventLog, EVENT_LOG_WIRING],
  useFactory: async (eventLog: EventLog, { log, watchdog }: Wiring) =>
    new Timekeeper({
      eventLog,
      entity: feed,
      calendars: defaultCalendars,
      feeds: await historicFeeds(SIMULATED_PAIRS),
      instantsPerSecond: INSTANTS_PER_SECOND,
      log,
      beat: watchdog.watch('timekeeper'),
    }),
});

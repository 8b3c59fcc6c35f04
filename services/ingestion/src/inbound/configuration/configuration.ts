import type { TocsinConfig } from '@tocsin/contracts';
import { readConfigFile, refuseConfig } from '@tocsin/service-kit';
import type { CalendarBook } from '../../domain/calendars/calendar-book.ts';
import type { FeedDefinition } from '../../domain/feed.ts';
import { readCalendars } from './calendar-files.ts';
import { readFeeds } from './configured-feeds.ts';
import { readObservations, type Observation } from './configured-observations.ts';
import { readProviders, type ProviderSettings } from './configured-providers.ts';
import type { KnownProviders } from './known-providers.ts';

/** What the configuration file makes ingestion do; a new version of the file makes another one. */
export type Configuration = {
  readonly feeds: readonly FeedDefinition[];
  /** The calendars of the house and those of the file. */
  readonly calendars: CalendarBook;
  /** Of every provider that is used or named in the file. */
  readonly providers: ReadonlyMap<string, ProviderSettings>;
  readonly observations: readonly Observation[];
};

/**
 * Reads the configuration file and the files that it names.
 * @throws {ContractViolation} naming everything that is wrong, by JSON pointer, and what would be right.
 */
export function readConfiguration(path: string, known: KnownProviders): Configuration {
  const config = readConfigFile(path);
  const calendars = readCalendars(config);
  const feeds = readFeeds(config, known, calendars.value);
  const providers = readProviders(config, known);
  const observations = readObservations(config);
  refuseConfig(
    path,
    [calendars, feeds, providers, observations].flatMap(({ problems }) => problems),
  );
  return {
    feeds: feeds.value,
    calendars: calendars.value,
    providers: providers.value,
    observations: observations.value,
  };
}

/** The files whose change changes a configuration, beside its own. */
export const filesOf = ({ calendars = [], providers = {} }: TocsinConfig): readonly string[] => [
  ...calendars.map(({ file }) => file),
  ...Object.values(providers).flatMap(({ keyFile }) => keyFile ?? []),
];

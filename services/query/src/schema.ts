import { Asking1700000000003, ReadSide1700000000002, type ServiceSchema } from '@tocsin/event-log';
import { ReadModels1700000001001 } from './migrations/1-read-models.ts';
import { ProvidersAndFeeds1700000001002 } from './migrations/2-providers-and-feeds.ts';
import { AgentsAndTasks1700000001003 } from './migrations/3-agents-and-tasks.ts';
import { ScoresAndEvidence1700000001004 } from './migrations/4-scores-and-evidence.ts';
import { ChannelsAndSilences1700000001005 } from './migrations/5-channels-and-silences.ts';

/** The tables of this service's own, beside those of the log. */
export const schema: ServiceSchema = {
  service: 'query',
  migrations: [
    ReadSide1700000000002,
    Asking1700000000003,
    ReadModels1700000001001,
    ProvidersAndFeeds1700000001002,
    AgentsAndTasks1700000001003,
    ScoresAndEvidence1700000001004,
    ChannelsAndSilences1700000001005,
  ],
};

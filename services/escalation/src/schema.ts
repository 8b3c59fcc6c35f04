import type { ServiceSchema } from '@tocsin/event-log';
import { Agents1700000003003 } from './inbound/agents.migration.ts';
import { FeedsAndProviders1700000003002 } from './inbound/feeds-and-providers.migration.ts';
import { LocalModels1700000003001 } from './inbound/local-models.migration.ts';
import { TermsAndReleases1700000003004 } from './inbound/terms-and-releases.migration.ts';

/** The tables of this service's own, beside those of the log. */
export const schema: ServiceSchema = {
  service: 'escalation',
  migrations: [
    LocalModels1700000003001,
    FeedsAndProviders1700000003002,
    Agents1700000003003,
    TermsAndReleases1700000003004,
  ],
};

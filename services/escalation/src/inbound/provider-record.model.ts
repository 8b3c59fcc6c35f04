import type {
  FeedAdded,
  OutageClosed,
  OutageOpened,
  ProviderRestored,
  ProviderTripped,
  Recorded,
} from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';
import { UNTROUBLED_PROVIDER, type ProviderRecord } from '../domain/provider-health.ts';

/** The facts by which ingestion says how a provider as a whole is doing. */
export type ProviderFact = OutageOpened | OutageClosed | ProviderTripped | ProviderRestored;

/** What is wrong with each provider: an outage may end while it is not called yet, and the other way round. */
export const providerRecords: LocalModel<ProviderRecord, ProviderFact | FeedAdded> = {
  name: 'provider-record',
  hears: ['FeedAdded', 'OutageOpened', 'OutageClosed', 'ProviderTripped', 'ProviderRestored'],
  keyOf: ({ data }) => data.provider,
  load: loadRecords,
  fold(record = UNTROUBLED_PROVIDER, { type, data }: Recorded<ProviderFact | FeedAdded>) {
    switch (type) {
      case 'FeedAdded':
        return { ...record, simulated: data.simulated };
      case 'OutageOpened': {
        const { openPairs, stalePairs } = data;
        return { ...record, outage: { openPairs, stalePairs } };
      }
      case 'OutageClosed':
        return { ...record, outage: null };
      case 'ProviderTripped': {
        const { answered, failed } = data;
        return { ...record, tripped: { answered, failed } };
      }
      case 'ProviderRestored':
        return { ...record, tripped: null };
    }
  },
  save: saveRecords,
};

async function loadRecords(sql: Sql, providers: readonly string[]): Promise<Map<string, ProviderRecord>> {
  const { rows } = await sql.query<{ provider: string; record: ProviderRecord }>(
    'SELECT provider, record FROM provider_record WHERE provider = ANY ($1::text[])',
    [providers],
  );
  return new Map(rows.map(({ provider, record }) => [provider, record]));
}

async function saveRecords(sql: Sql, changed: ReadonlyMap<string, ProviderRecord>): Promise<void> {
  await sql.query(
    `INSERT INTO provider_record (provider, record) SELECT * FROM unnest($1::text[], $2::jsonb[])
     ON CONFLICT (provider) DO UPDATE SET record = excluded.record`,
    [[...changed.keys()], [...changed.values()].map((record) => JSON.stringify(record))],
  );
}

import type {
  BarClosed,
  BarMissed,
  EpisodeCleared,
  EpisodeRaised,
  FeedAdded,
  FeedSwitched,
  OutageClosed,
  OutageOpened,
  ProviderRestored,
  ProviderTripped,
  Recorded,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { keptAsJson, type LocalModel, type Sql } from '@tocsin/event-log';
import {
  UNTROUBLED_PROVIDER,
  withBoundary,
  withPair,
  withTrouble,
  type ProviderRecord,
} from '../domain/provider-health.ts';

/** The facts by which ingestion says how a provider as a whole is doing. */
export type ProviderFact = OutageOpened | OutageClosed | ProviderTripped | ProviderRestored;

type HeardFact = ProviderFact | FeedAdded | FeedSwitched | BarClosed | BarMissed | EpisodeRaised | EpisodeCleared;

/** Episodes of what has no provider have a place in no record. */
const NOBODY = '';

/** What is wrong with each provider, for how many boundaries of its pairs, and where the episodes of those stand. */
export const providerRecords: LocalModel<ProviderRecord, HeardFact> = {
  name: 'provider-record',
  hears: [
    'FeedAdded',
    'FeedSwitched',
    'OutageOpened',
    'OutageClosed',
    'ProviderTripped',
    'ProviderRestored',
    'BarClosed',
    'BarMissed',
    'EpisodeRaised',
    'EpisodeCleared',
  ],
  keyOf: providerOf,
  load: loadRecords,
  fold(record = UNTROUBLED_PROVIDER, event: Recorded<HeardFact>) {
    const { type, data, id } = event;
    switch (type) {
      case 'FeedAdded':
        return record.simulated === data.simulated ? record : { ...record, simulated: data.simulated };
      case 'FeedSwitched':
        return withPair(record, data.pair, 'INFO');
      case 'OutageOpened': {
        const { openPairs, stalePairs, at } = data;
        return withTrouble({ ...record, outage: { openPairs, stalePairs } }, at);
      }
      case 'OutageClosed':
        return withTrouble({ ...record, outage: null }, data.at);
      case 'ProviderTripped': {
        const { answered, failed, at } = data;
        return withTrouble({ ...record, tripped: { answered, failed } }, at);
      }
      case 'ProviderRestored':
        return withTrouble({ ...record, tripped: null }, data.at);
      case 'BarClosed':
        return withBoundary(record, data.closeAt, id);
      case 'BarMissed':
        return withBoundary(record, data.boundaryAt, id);
      case 'EpisodeRaised':
      case 'EpisodeCleared':
        if (data.scopeKind !== 'pair' || data.subject?.pair === undefined) return record;
        return withPair(record, data.subject.pair, type === 'EpisodeRaised' ? data.to : 'INFO');
    }
  },
  save: saveRecords,
};

/** Whose record a fact belongs in; that a feed was switched is news of the provider that is not asked any more. */
function providerOf({ type, data }: Recorded<HeardFact>): string {
  switch (type) {
    case 'FeedSwitched':
      return data.from;
    case 'EpisodeRaised':
    case 'EpisodeCleared':
      return data.scopeKind === 'pair' ? (data.subject?.provider ?? NOBODY) : NOBODY;
    case 'FeedAdded':
    case 'OutageOpened':
    case 'OutageClosed':
    case 'ProviderTripped':
    case 'ProviderRestored':
    case 'BarClosed':
    case 'BarMissed':
      return data.provider;
  }
}

/** Records of before know nothing of boundaries and pairs: what is wrong lasts from the next boundary on. */
function readRecord(stored: Partial<ProviderRecord>): ProviderRecord {
  const record = { ...UNTROUBLED_PROVIDER, ...stored };
  return stored.trouble === undefined ? withTrouble(record, instant(0)) : record;
}

const kept = keptAsJson<Partial<ProviderRecord>>({ table: 'provider_record', key: 'provider', value: 'record' });

async function loadRecords(sql: Sql, providers: readonly string[]): Promise<Map<string, ProviderRecord>> {
  const stored = await kept.load(sql, providers);
  return new Map([...stored].map(([provider, record]) => [provider, readRecord(record)]));
}

async function saveRecords(sql: Sql, changed: ReadonlyMap<string, ProviderRecord>): Promise<void> {
  await kept.save(sql, new Map([...changed].filter(([provider]) => provider !== NOBODY)));
}

import type { OutageOpened, ProviderTripped } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { higherOf, type Level } from './level.ts';

/** What is wrong with a provider as a whole. */
export interface ProviderRecord {
  /** Whether its prices are made up by a simulation. */
  readonly simulated: boolean;
  /** Its pairs are stale together; null while they are not. */
  readonly outage: Pick<OutageOpened['data'], 'openPairs' | 'stalePairs'> | null;
  /** So many calls to it failed that it is not called for a while; null while it is. */
  readonly tripped: Pick<ProviderTripped['data'], 'answered' | 'failed'> | null;
  /** How long that has lasted, in boundaries of its pairs; null while nothing is wrong. */
  readonly trouble: Trouble | null;
  /** Where the open episodes of its pairs stand. */
  readonly pairs: Readonly<Record<string, Level>>;
}

interface Trouble {
  readonly boundaries: number;
  readonly countedUpTo: Instant;
  /** The fact that told of the newest boundary; null before the first. */
  readonly countedBy: string | null;
}

export const UNTROUBLED_PROVIDER: ProviderRecord = {
  simulated: false,
  outage: null,
  tripped: null,
  trouble: null,
  pairs: {},
};

/** The record once something is wrong, or less than before, as of `at`. */
export function withTrouble(record: ProviderRecord, at: Instant): ProviderRecord {
  if (record.outage === null && record.tripped === null) return { ...record, trouble: null };
  return { ...record, trouble: record.trouble ?? { boundaries: 0, countedUpTo: at, countedBy: null } };
}

/** The record after a boundary of one of its pairs; boundaries that several pairs have in common count once. */
export function withBoundary(record: ProviderRecord, boundaryAt: Instant, eventId: string): ProviderRecord {
  const { trouble } = record;
  if (trouble === null || boundaryAt <= trouble.countedUpTo) return record;
  return {
    ...record,
    trouble: { boundaries: trouble.boundaries + 1, countedUpTo: boundaryAt, countedBy: eventId },
  };
}

/** The record after the episode of one of its pairs rose, or, with INFO, is over. */
export function withPair(record: ProviderRecord, pair: string, level: Level): ProviderRecord {
  if (level !== 'INFO') return { ...record, pairs: { ...record.pairs, [pair]: level } };
  if (!Object.hasOwn(record.pairs, pair)) return record;
  return { ...record, pairs: Object.fromEntries(Object.entries(record.pairs).filter(([name]) => name !== pair)) };
}

/** The highest level of its pairs: notification keeps their messages back while the provider is in trouble. */
export const floorOf = ({ pairs }: ProviderRecord): Level =>
  Object.values(pairs).reduce<Level>((highest, level) => higherOf(highest, level), 'INFO');

/** What is wrong with a provider, its pairs before its calls; null when nothing is. */
export function troubleOf({ outage, tripped, pairs }: ProviderRecord): string | null {
  if (outage !== null) {
    const { stalePairs, openPairs } = outage;
    const raised = Object.keys(pairs).length;
    const told = raised === 0 ? '' : ` ${raised} of them ${raised === 1 ? 'has an episode' : 'have episodes'}.`;
    return `Of its ${openPairs} pairs whose market is open, ${stalePairs} are not GREEN.${told}`;
  }
  if (tripped !== null) {
    const { answered, failed } = tripped;
    return `It is not called for a while: of ${answered + failed} calls, ${failed} failed.`;
  }
  return null;
}

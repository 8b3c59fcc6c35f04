import type { OutageOpened, ProviderTripped } from '@tocsin/contracts';
import type { Level } from './level.ts';

/** What is wrong with a provider as a whole. */
export interface ProviderRecord {
  /** Whether its prices are made up by a simulation. */
  readonly simulated: boolean;
  /** Its pairs are stale together; null while they are not. */
  readonly outage: Pick<OutageOpened['data'], 'openPairs' | 'stalePairs'> | null;
  /** So many calls to it failed that it is not called for a while; null while it is. */
  readonly tripped: Pick<ProviderTripped['data'], 'answered' | 'failed'> | null;
}

export const UNTROUBLED_PROVIDER: ProviderRecord = { simulated: false, outage: null, tripped: null };

/** What is wrong with a provider, worst first: its pairs matter more than its calls. */
export function providerHealth({ outage, tripped }: ProviderRecord): { readonly level: Level; readonly cause: string } {
  if (outage !== null) {
    const { stalePairs, openPairs } = outage;
    return { level: 'ERROR', cause: `Of its ${openPairs} pairs whose market is open, ${stalePairs} are not GREEN.` };
  }
  if (tripped !== null) {
    const { answered, failed } = tripped;
    return { level: 'WARN', cause: `It is not called for a while: of ${answered + failed} calls, ${failed} failed.` };
  }
  return { level: 'INFO', cause: 'It is called as usual, and most of its pairs are GREEN.' };
}

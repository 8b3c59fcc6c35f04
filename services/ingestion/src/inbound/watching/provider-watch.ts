import { assert, isRefusal, type Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import type { Feed, FeedEvent } from '../../domain/feed.ts';
import { providerDecider, type ObservePairs, type ProviderState } from '../../domain/provider.decider.ts';
import { provider as providerEntity } from '../../provider.entity.ts';

type Watched = {
  readonly provider: string;
  readonly isOpen: boolean;
  readonly isStale: boolean;
  readonly isWatched: boolean;
};

type Count = { openPairs: number; stalePairs: number };

/** Counts, for each provider, the pairs whose market is open and those among them that are stale, fact by fact. */
export class ProviderWatch {
  readonly #pairs = new Map<string, Watched>();
  readonly #counts = new Map<string, Count>();
  readonly #states: Map<string, ProviderState>;
  /** Providers whose counts have changed since they were last looked at. */
  readonly #changed = new Set<string>();

  /** Begins with how the log left feeds and providers. */
  constructor(feeds: ReadonlyMap<string, Feed>, providers: ReadonlyMap<string, ProviderState>) {
    this.#states = new Map(providers);
    for (const [pair, feed] of feeds) {
      if (feed.status === 'unknown') continue;
      const { provider, marketState, colour, status } = feed;
      this.#put(pair, {
        provider,
        isOpen: marketState === 'OPEN',
        isStale: colour !== 'GREEN',
        isWatched: status === 'active',
      });
    }
  }

  /** Takes in what was said about a feed. */
  see({ type, data }: FeedEvent): void {
    if (type === 'FeedAdded') this.#change(data.pair, { isWatched: true }, data.provider);
    else if (type === 'FeedResumed') this.#change(data.pair, { isWatched: true });
    else if (type === 'FeedPaused' || type === 'FeedRemoved') this.#change(data.pair, { isWatched: false });
    // A pair brings its staleness from the provider before; the new one has had no time yet.
    else if (type === 'FeedSwitched') this.#change(data.pair, { provider: data.provider, isStale: false });
    else if (type === 'BarMissed') this.#change(data.pair, { isStale: data.colour !== 'GREEN' });
    else if (type === 'FreshnessChanged')
      this.#change(data.pair, { isOpen: data.marketState === 'OPEN', isStale: data.colour !== 'GREEN' });
  }

  /** What the counts lead to at `at`: an outage of a provider that begins or ends. Looks only at those that have changed. */
  observe(at: Instant): readonly Observation[] {
    const observations = [...this.#changed].sort().flatMap((provider) => this.#observeOne(provider, at));
    this.#changed.clear();
    return observations;
  }

  #observeOne(provider: string, at: Instant): readonly Observation[] {
    const { openPairs, stalePairs } = this.#countOf(provider);
    const command: ObservePairs = { type: 'ObservePairs', data: { provider, openPairs, stalePairs, at } };
    const state = this.#states.get(provider) ?? providerDecider.initialState();
    const facts = providerDecider.decide(command, state);
    assert(!isRefusal(facts), 'a provider refuses nothing');
    if (facts.length === 0) return [];
    this.#states.set(provider, facts.reduce(providerDecider.evolve, state));
    return [{ causeId: `pairs:${provider}@${at}`, time: at, intentions: [to(providerEntity, provider, command)] }];
  }

  #change(pair: string, changes: Partial<Watched>, provider = ''): void {
    const before = this.#pairs.get(pair) ?? { provider, isOpen: false, isStale: true, isWatched: false };
    this.#put(pair, { ...before, ...changes });
  }

  #put(pair: string, watched: Watched): void {
    const before = this.#pairs.get(pair);
    if (before !== undefined) this.#add(before, -1);
    this.#pairs.set(pair, watched);
    this.#add(watched, 1);
  }

  #add({ provider, isOpen, isStale, isWatched }: Watched, by: number): void {
    if (!isWatched || !isOpen) return;
    const count = this.#countOf(provider);
    count.openPairs += by;
    if (isStale) count.stalePairs += by;
    this.#changed.add(provider);
  }

  #countOf(provider: string): Count {
    const count = this.#counts.get(provider) ?? { openPairs: 0, stalePairs: 0 };
    this.#counts.set(provider, count);
    return count;
  }
}

import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { FactListener, Sql } from '@tocsin/event-log';
import type { Feed, FeedEvent } from '../../domain/feed.ts';
import { evolveFeed } from '../../domain/feed.memory.ts';
import type { ProviderState } from '../../domain/provider.decider.ts';
import { FEED } from '../../feed.entity.ts';
import { provider } from '../../provider.entity.ts';

type Row<State> = { readonly key: string; readonly state: State; readonly version: number };

type Remembered = { state: Feed; version: number };

/** What feeds and providers were when they were read. */
export type Reading = {
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly providers: ReadonlyMap<string, ProviderState>;
};

/**
 * The feeds as the entities are, kept up by what is said. It forgets everything when the log is taken up anew, and is
 * read again; facts that come while it is being read are told apart by the version of their entity.
 */
export class FeedMemory implements FactListener {
  readonly #onFact: (fact: FeedEvent) => void;
  #feeds: Map<string, Remembered> | null = null;
  #isReading = false;
  #meanwhile: Recorded<AnyEvent>[] = [];
  /** Counts how often it was forgotten, so that a reading that began before is no good. */
  #forgotten = 0;

  constructor(onFact: (fact: FeedEvent) => void) {
    this.#onFact = onFact;
  }

  get isKnown(): boolean {
    return this.#feeds !== null;
  }

  of(pair: string): Feed {
    return this.#feeds?.get(pair)?.state ?? { status: 'unknown' };
  }

  readonly onTakenUp = (): void => {
    this.#feeds = null;
    this.#meanwhile = [];
    this.#forgotten += 1;
  };

  readonly onSaid = (facts: readonly Recorded<AnyEvent>[]): void => {
    if (this.#feeds === null) {
      if (this.#isReading) this.#meanwhile.push(...facts);
      return;
    }
    for (const fact of facts) this.#take(fact, this.#feeds);
  };

  /** Reads everything. Returns null when it was forgotten again meanwhile. */
  async read(sql: Sql): Promise<Reading | null> {
    const before = this.#forgotten;
    this.#isReading = true;
    try {
      const select = 'SELECT key, state, version FROM entity WHERE type = $1';
      const { rows: feeds } = await sql.query<Row<Feed>>(select, [FEED]);
      const { rows: providers } = await sql.query<Row<ProviderState>>(select, [provider.type]);
      if (this.#forgotten !== before) return null;
      const known = new Map(feeds.map(({ key, state, version }) => [key, { state, version }]));
      this.#feeds = known;
      for (const fact of this.#meanwhile) this.#take(fact, known);
      return {
        feeds: new Map([...known].map(([pair, { state }]) => [pair, state])),
        providers: new Map(providers.map(({ key, state }) => [key, state])),
      };
    } finally {
      this.#isReading = false;
      this.#meanwhile = [];
    }
  }

  #take(fact: Recorded<AnyEvent>, feeds: Map<string, Remembered>): void {
    if (!isAboutFeed(fact)) return;
    const { pair } = fact.data;
    const before = feeds.get(pair) ?? { state: { status: 'unknown' }, version: 0 };
    if (fact.entityVersion <= before.version) return;
    feeds.set(pair, { state: evolveFeed(before.state, fact), version: fact.entityVersion });
    this.#onFact(fact);
  }
}

const FEED_FACTS: ReadonlySet<string> = new Set<FeedEvent['type']>([
  'FeedAdded',
  'FeedPaused',
  'FeedResumed',
  'FeedRemoved',
  'FeedSwitched',
  'BarClosed',
  'BarRevised',
  'BarQuarantined',
  'BarReleased',
  'BarMissed',
  'GapFound',
  'GapFilled',
  'FreshnessChanged',
  'AttemptFailed',
  'BreakerOpened',
  'BreakerHalfOpened',
  'BreakerProbed',
  'BreakerClosed',
]);

const isAboutFeed = (fact: Recorded<AnyEvent>): fact is Recorded<FeedEvent> => FEED_FACTS.has(fact.type);

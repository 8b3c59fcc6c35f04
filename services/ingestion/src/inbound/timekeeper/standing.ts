import { laterOf, type Instant } from '@tocsin/domain-kit';
import type { Sql } from '@tocsin/event-log';
import { clock } from '../../clock.entity.ts';
import type { Clock } from '../../domain/clock.decider.ts';
import type { Feed } from '../../domain/feed.ts';
import type { ProviderState } from '../../domain/provider.decider.ts';
import { FEED } from '../../feed.entity.ts';
import { provider } from '../../provider.entity.ts';

/** Where the last committed step left virtual time. */
export type Standing = {
  readonly feeds: ReadonlyMap<string, Feed>;
  readonly providers: ReadonlyMap<string, ProviderState>;
  /** The newest moment that was lived through; null when virtual time never began. */
  readonly position: Instant | null;
};

type Row<State> = { readonly key: string; readonly state: State };

/** Reads it from the entities themselves: they changed in the same transactions as the facts were said. */
export async function readStanding(sql: Sql): Promise<Standing> {
  const select = 'SELECT key, state FROM entity WHERE type = $1';
  const { rows: feeds } = await sql.query<Row<Feed>>(select, [FEED]);
  const { rows: providers } = await sql.query<Row<ProviderState>>(select, [provider.type]);
  const { rows: clocks } = await sql.query<Row<Clock>>(select, [clock.type]);
  const moments = [
    ...feeds.map(({ state }) => (state.status === 'unknown' ? null : state.observedAt)),
    ...clocks.map(({ state }) => state.now),
  ];
  return {
    feeds: new Map(feeds.map(({ key, state }) => [key, state])),
    providers: new Map(providers.map(({ key, state }) => [key, state])),
    position: moments.reduce(
      (newest, at) => (newest === null || at === null ? (newest ?? at) : laterOf(newest, at)),
      null,
    ),
  };
}

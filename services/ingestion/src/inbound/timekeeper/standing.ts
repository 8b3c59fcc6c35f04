import { laterOf, type Instant } from '@tocsin/domain-kit';
import type { Sql } from '@tocsin/event-log';
import { clock } from '../../clock.entity.ts';
import type { Clock } from '../../domain/clock.decider.ts';
import type { Feed } from '../../domain/feed.ts';
import { feed } from '../../feed.entity.ts';

/** Where the last committed step left virtual time. */
export type Standing = {
  readonly feeds: ReadonlyMap<string, Feed>;
  /** The newest moment that was lived through; null when virtual time never began. */
  readonly position: Instant | null;
};

type Row<State> = { readonly key: string; readonly state: State };

/** Reads it from the entities themselves: they changed in the same transactions as the facts were said. */
export async function readStanding(sql: Sql): Promise<Standing> {
  const select = 'SELECT key, state FROM entity WHERE type = $1';
  const { rows: feeds } = await sql.query<Row<Feed>>(select, [feed.type]);
  const { rows: clocks } = await sql.query<Row<Clock>>(select, [clock.type]);
  const moments = [
    ...feeds.map(({ state }) => (state.status === 'unknown' ? null : state.observedAt)),
    ...clocks.map(({ state }) => state.now),
  ];
  return {
    feeds: new Map(feeds.map(({ key, state }) => [key, state])),
    position: moments.reduce(
      (newest, at) => (newest === null || at === null ? (newest ?? at) : laterOf(newest, at)),
      null,
    ),
  };
}

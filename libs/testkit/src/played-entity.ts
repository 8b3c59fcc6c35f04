import type { AnyEvent } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';

export type PlayedEntity = EntityType<Say, AnyEvent, { readonly said: number }>;

/** What a played service says when it is told to. */
type Say = { readonly type: 'Say'; readonly data: AnyEvent };

/** An entity of a service that is only played: it says whatever the test tells it to. */
export const playedEntity = (type: string): PlayedEntity => ({
  type,
  decider: {
    initialState: () => ({ said: 0 }),
    decide: ({ data }) => [data],
    evolve: ({ said }) => ({ said: said + 1 }),
  },
});

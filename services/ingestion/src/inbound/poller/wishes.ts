import type { Instant } from '@tocsin/domain-kit';
import type { AddFeed, RemoveFeed } from '../../domain/feed.commands.ts';
import { isSameDefinition, type Feed, type FeedDefinition } from '../../domain/feed.ts';

/** A feed that is to be otherwise than it is. */
export type Wish = { readonly pair: string; readonly command: AddFeed | RemoveFeed };

/**
 * What a configuration wants changed: feeds that are new or otherwise, and those that it once brought and does not name
 * any more. A feed that somebody paused stays paused, and one that somebody asked for is not the configuration's.
 */
export function wishesOf(
  configured: readonly FeedDefinition[],
  known: ReadonlyMap<string, Feed>,
  at: Instant,
): readonly Wish[] {
  const pairs = new Set<string>(configured.map(({ pair }) => pair));
  const added = configured.filter((definition) => {
    const feed = known.get(definition.pair) ?? { status: 'unknown' };
    if (feed.status === 'unknown' || feed.status === 'removed') return true;
    return feed.status === 'active' && !isSameDefinition(feed.definition, definition);
  });
  const removed = [...known].filter(
    ([pair, feed]) =>
      !pairs.has(pair) && (feed.status === 'active' || feed.status === 'paused') && feed.definition.origin === 'config',
  );
  return [
    ...added.map((definition) => ({
      pair: definition.pair,
      command: { type: 'AddFeed', data: { definition, at } } as const,
    })),
    ...removed.map(([pair]) => ({
      pair,
      command: { type: 'RemoveFeed', data: { reason: 'It is not in the configuration any more.', at } } as const,
    })),
  ];
}

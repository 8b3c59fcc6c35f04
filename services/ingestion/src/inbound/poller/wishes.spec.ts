import { decider, definition, start, tuesday } from '../../../test/feed-words.ts';
import type { Feed, FeedDefinition, FeedEvent } from '../../domain/feed.ts';
import { wishesOf } from './wishes.ts';

const wanted: FeedDefinition = { ...definition, origin: 'config' };
const at = tuesday('12:00:00');

const feedAfter = (...facts: readonly FeedEvent[]): Feed => facts.reduce(decider.evolve, decider.initialState());
const added = (of: FeedDefinition): FeedEvent => ({ type: 'FeedAdded', data: { ...of, at: start } });
const paused: FeedEvent = { type: 'FeedPaused', data: { pair: wanted.pair, reason: 'Lunch.', at: start } };
const removed: FeedEvent = { type: 'FeedRemoved', data: { pair: wanted.pair, reason: 'Over.', at: start } };

const wishes = (configured: readonly FeedDefinition[], feed: Feed | null): readonly string[] =>
  wishesOf(configured, new Map(feed === null ? [] : [[wanted.pair, feed]]), at).map(({ command: { type } }) => type);

describe('a configuration', () => {
  it('adds what is new or was removed, and what is otherwise', () => {
    expect(wishes([wanted], null)).toEqual(['AddFeed']);
    expect(wishes([wanted], feedAfter(added(wanted), removed))).toEqual(['AddFeed']);
    expect(wishes([{ ...wanted, feedLatencyMs: 1 }], feedAfter(added(wanted)))).toEqual(['AddFeed']);
    expect(wishes([wanted], feedAfter(added(wanted)))).toEqual([]);
  });

  it('never wakes a feed that somebody paused', () => {
    expect(wishes([{ ...wanted, feedLatencyMs: 1 }], feedAfter(added(wanted), paused))).toEqual([]);
  });

  it('removes what it brought and does not name any more, paused or not, and nothing else', () => {
    expect(wishes([], feedAfter(added(wanted)))).toEqual(['RemoveFeed']);
    expect(wishes([], feedAfter(added(wanted), paused))).toEqual(['RemoveFeed']);
    expect(wishes([], feedAfter(added(wanted), removed))).toEqual([]);
    expect(wishes([], feedAfter(added({ ...definition, origin: 'request' })))).toEqual([]);
  });
});

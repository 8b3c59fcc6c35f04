import { plusMs } from '@tocsin/domain-kit';
import { BreakerStory, twoSources, unreachable } from '../../test/breaker-story.ts';

describe('a feed with two providers', () => {
  it('goes on with the second when the first one’s breaker opens, and says so', () => {
    const story = new BreakerStory(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    expect(story.moves).toEqual(['simulated opened: EXHAUSTED x1', 'simulated to second: BREAKER_OPENED']);
    const [switched] = story.timeline.said.flatMap((fact) => (fact.type === 'FeedSwitched' ? [fact.data] : []));
    expect(switched).toMatchObject({ from: 'simulated', provider: 'second', fallbackActive: true });
    story.comes(6, {}, 'second');
    expect(story.timeline.said.at(-2)).toMatchObject({ type: 'BarClosed', data: { provider: 'second' } });
  });

  it('comes back once the first has stood its trial, told by what it answers beside the second', () => {
    const story = new BreakerStory(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    story.comes(6, {}, 'second').answersTrial(6, 'simulated');
    story.comes(7, {}, 'second').answersTrial(7, 'simulated');
    expect(story.moves.slice(2)).toEqual([
      'simulated half-opened',
      'simulated answered 1',
      'simulated answered 2',
      'simulated closed',
      'second to simulated: RECOVERED',
    ]);
    expect(story.feed.provider).toBe('simulated');
  });

  it('takes no bar from a provider that is only on trial', () => {
    const story = new BreakerStory(twoSources);
    for (const bar of [1, 2, 3, 4, 5]) story.fails(bar, unreachable);
    const before = story.timeline.said.length;
    story.comes(6);
    expect(story.timeline.said.slice(before).filter(({ type }) => type === 'BarClosed')).toEqual([]);
  });

  it('goes on with another one when its provider cannot be called, and comes back when it can', () => {
    const story = new BreakerStory(twoSources).comes(1);
    const at = plusMs(story.closeOf(1), 60_000);
    story.timeline.hear({ type: 'ObserveProviders', data: { down: ['simulated'], reason: 'PROVIDER_TRIPPED', at } });
    story.timeline.hear({ type: 'ObserveProviders', data: { down: [], reason: 'RECOVERED', at: plusMs(at, 1) } });
    expect(story.moves).toEqual(['simulated to second: PROVIDER_TRIPPED', 'second to simulated: RECOVERED']);
  });

  it('stays where it is when nobody else may be asked', () => {
    const story = new BreakerStory(twoSources).comes(1);
    const at = plusMs(story.closeOf(1), 60_000);
    const down = ['simulated', 'second'];
    story.timeline.hear({ type: 'ObserveProviders', data: { down, reason: 'PROVIDER_TRIPPED', at } });
    expect(story.moves).toEqual([]);
  });
});

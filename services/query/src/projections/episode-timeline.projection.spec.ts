import { foldProjection } from '@tocsin/event-log';
import {
  acknowledgementExpired,
  episodeAcknowledged,
  episodeCleared,
  episodeRaised,
  recorded,
} from '../../test/facts.ts';
import { episodeTimeline } from './episode-timeline.projection.ts';

describe('the timeline of an episode', () => {
  it('has one entry per fact, with who did it and why', () => {
    const facts = [episodeRaised(0), episodeAcknowledged(0), acknowledgementExpired(0), episodeCleared(0)];
    const rows = foldProjection(episodeTimeline, recorded(facts));
    expect(rows.map(({ event, level, actor, because }) => [event, level, actor, because])).toEqual([
      ['EpisodeRaised', 'WARN', null, 'One bar failed.'],
      ['EpisodeAcknowledged', null, 'dana', 'looking into it'],
      ['AcknowledgementExpired', null, 'dana', null],
      ['EpisodeCleared', 'INFO', null, 'Two good bars.'],
    ]);
  });
});

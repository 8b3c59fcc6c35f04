import { plusMs, type Instant } from '@tocsin/domain-kit';
import { QUARTER_MS, twoSources } from '../../../test/breaker-story.ts';
import { FeedTimeline } from '../../../test/feed-timeline.ts';
import { calendars, definition, observe, tuesday } from '../../../test/feed-words.ts';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import { FeedPoll, type Due, type Ending } from './feed-poll.ts';

/** A feed with two providers and what is asked for it, as the poller lets them hear of each other. */
class Story {
  readonly #timeline = new FeedTimeline();
  readonly poll = new FeedPoll(definition.pair, () => this.#timeline.feed, calendars);

  hear(command: FeedCommand): this {
    const said = this.#timeline.said.length;
    this.#timeline.hear(command);
    for (const fact of this.#timeline.said.slice(said)) this.poll.hear(fact);
    return this;
  }

  add = (at: Instant): this => this.hear({ type: 'AddFeed', data: { definition: twoSources, at } });

  /** The bar that opens at `openAt` comes two seconds after its close. */
  comes = (openAt: Instant): this => this.hear(observe(openAt, plusMs(openAt, QUARTER_MS + 2_000)));

  /** Whom the missing bars are asked of now; every question that is due ends without a bar. */
  askedForGaps(at: Instant, ending: Ending = 'answered'): readonly string[] {
    const dues: readonly Due[] = this.poll.takeDue(at);
    for (const due of dues) this.poll.settle(due, ending);
    return dues.flatMap(({ asked: { kind, provider } }) => (kind === 'gap' ? [provider] : []));
  }
}

describe('the bars of a gap', () => {
  const story = (): Story => new Story().add(tuesday('08:00:00')).comes(tuesday('09:00:00')).comes(tuesday('10:00:00'));

  it('are asked of one provider after the other', () => {
    const feed = story();
    expect(feed.askedForGaps(tuesday('10:15:03'))).toEqual(['simulated']);
    expect(feed.askedForGaps(tuesday('10:15:04'))).toEqual(['second']);
  });

  it('are asked of the second again, and of the first no more, until they come or nobody has them', () => {
    const feed = story();
    feed.askedForGaps(tuesday('10:15:03'));
    const asked = [20, 60, 120, 240].flatMap((seconds) =>
      feed.askedForGaps(plusMs(tuesday('10:15:03'), seconds * 1_000)),
    );
    expect(new Set(asked)).toEqual(new Set(['second']));
    expect(asked.length).toBeGreaterThan(1);
  });

  it('are asked of the first alone while it fails to answer', () => {
    const feed = story();
    expect(feed.askedForGaps(tuesday('10:15:03'), 'failed')).toEqual(['simulated']);
    expect(feed.askedForGaps(tuesday('10:15:04'), 'failed')).toEqual([]);
    expect(feed.askedForGaps(tuesday('10:16:03'), 'failed')).toEqual(['simulated']);
  });
});

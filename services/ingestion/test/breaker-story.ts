import type { AttemptFailed } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import type { FeedDefinition, KnownFeed } from '../src/domain/feed.ts';
import { FeedTimeline } from './feed-timeline.ts';
import { definition, observe, tuesday } from './feed-words.ts';

export const QUARTER_MS = 900_000;
export const begun = tuesday('08:00:00');

export const twoSources: FeedDefinition = {
  ...definition,
  sources: [
    { provider: 'simulated', symbol: 'EURUSD' },
    { provider: 'second', symbol: 'EUR_USD' },
  ],
};

type Failure = Pick<AttemptFailed['data'], 'failureSource' | 'errorCode'>;
export const unreachable: Failure = { failureSource: 'network_error', errorCode: 'NETWORK_ERROR' };
export const refused: Failure = { failureSource: 'provider', errorCode: 'REFUSED' };

/** A timeline on which bars are counted from 08:00 on; the bar `n` closes n quarters of an hour later. */
export class BreakerStory {
  readonly timeline = new FeedTimeline();

  constructor(of: FeedDefinition = definition, at: Instant = begun) {
    this.timeline.hear({ type: 'AddFeed', data: { definition: of, at } });
  }

  closeOf = (bar: number): Instant => plusMs(begun, bar * QUARTER_MS);

  comes(bar: number, changes: Parameters<typeof observe>[2] = {}, provider = 'simulated'): this {
    const openAt = plusMs(begun, (bar - 1) * QUARTER_MS);
    this.timeline.hear(observe(openAt, plusMs(this.closeOf(bar), 2_000), changes, provider));
    return this;
  }

  fails(bar: number, failure: Failure = refused, provider = 'simulated'): this {
    const data = { provider, barCloseAt: this.closeOf(bar), jitter: 0.5 };
    const told = { ...failure, message: 'no', retryAfterMs: null };
    for (let attempt = 0; attempt < (failure.errorCode === 'REFUSED' ? 1 : 5); attempt += 1) {
      const at = plusMs(this.closeOf(bar), 2_000 + attempt * 10_000);
      this.timeline.hear({ type: 'ObserveFailure', data: { ...data, failure: told, at } });
    }
    return this;
  }

  answersTrial(bar: number, provider: string): this {
    const at = plusMs(this.closeOf(bar), 3_000);
    this.timeline.hear({ type: 'EndTrial', data: { provider, newestCloseAt: this.closeOf(bar), at } });
    return this;
  }

  get feed(): KnownFeed {
    const { feed } = this.timeline;
    if (feed.status === 'unknown') throw new Error('the feed was added');
    return feed;
  }

  /** What was said of breakers and providers, briefly. */
  get moves(): readonly string[] {
    return this.timeline.said.flatMap(({ type, data }) => {
      if (type === 'BreakerOpened') return [`${data.provider} opened: ${data.cause} x${data.timesOpened}`];
      if (type === 'BreakerHalfOpened') return [`${data.provider} half-opened`];
      if (type === 'BreakerProbed') return [`${data.provider} answered ${data.successes}`];
      if (type === 'BreakerClosed') return [`${data.provider} closed`];
      if (type === 'FeedSwitched') return [`${data.from} to ${data.provider}: ${data.reason}`];
      return [];
    });
  }
}

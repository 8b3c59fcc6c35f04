import { assert, isRefusal, laterOf, type Instant, type Refusal } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { barCloseOf } from '../../domain/bar-grid.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import { feedDecider } from '../../domain/feed.decider.ts';
import { cadenceOf, evaluateAt, isSameDefinition, type Feed, type FeedEvent } from '../../domain/feed.ts';
import { chanceFrom, seedOf } from '../../domain/random.ts';
import { feed as feedEntity } from '../../feed.entity.ts';
import type { HistoricFeed } from '../../feeds.ts';
import type { Answer, Ask } from '../../outbound/providers/provider.ts';

/** What is due next for one feed. */
type Due =
  | { readonly kind: 'begin'; readonly at: Instant }
  | { readonly kind: 'redefine'; readonly at: Instant }
  | { readonly kind: 'ask'; readonly at: Instant; readonly ask: Ask; readonly attempt: number }
  | { readonly kind: 'end'; readonly at: Instant };

/**
 * One feed on its way through history. It thinks ahead with the feed's own decider: since deciders are pure, what it
 * foresees is what the step will decide, and many moments can be brought to the log at once.
 */
export class Course {
  readonly #feed: HistoricFeed;
  #state: Feed;
  /** When the feed will next have something to say by itself. */
  #evaluateAt: Instant | null;
  #isRedefined: boolean;

  /** `state` is what the log's last step left of the feed. */
  constructor(feed: HistoricFeed, state: Feed) {
    this.#feed = feed;
    this.#state = state;
    this.#evaluateAt = evaluateAt(state);
    this.#isRedefined = state.status === 'active' && !isSameDefinition(state.definition, feed.definition);
  }

  get pair(): string {
    return this.#feed.definition.pair;
  }

  /** What is due next, not before `position`, the moment that virtual time has come to; null when nothing ever is. */
  async nextDue(position: Instant | null): Promise<Due | null> {
    const state = this.#state;
    const { provider } = this.#feed;
    if (state.status === 'paused') return null;
    if (state.status === 'unknown') {
      const { at } = await provider.begin();
      return { kind: 'begin', at: position === null ? at : laterOf(at, position) };
    }
    const now = position === null ? state.observedAt : laterOf(position, state.observedAt);
    if (this.#isRedefined) return { kind: 'redefine', at: now };
    const { attempts } = state;
    // A retry at or before this moment has been made, even when it found nothing and so left no trace in the feed.
    if (attempts !== null && attempts.retryAt !== null && attempts.retryAt > now) {
      const { retryAt: at, barCloseAt, failed } = attempts;
      return { kind: 'ask', at, ask: { at, barCloseAt }, attempt: failed + 1 };
    }
    const ask = provider.nextAsk(now);
    return ask === null ? { kind: 'end', at: now } : { kind: 'ask', at: ask.at, ask, attempt: 1 };
  }

  /** Lives through what is due: returns what was observed, and foresees what the feed makes of it. */
  async take(due: Due): Promise<readonly Observation[]> {
    const { definition, provider } = this.#feed;
    const { at } = due;
    switch (due.kind) {
      case 'begin': {
        const add = this.#observation(`feed:${this.#name}`, { type: 'AddFeed', data: { definition, at } });
        const { answer } = await provider.begin();
        return [add, ...this.#observationsOf(answer, { at, barCloseAt: at }, 1, true)];
      }
      case 'redefine':
        this.#isRedefined = false;
        return [this.#observation(`feed:${this.#name}@${at}`, { type: 'AddFeed', data: { definition, at } })];
      case 'ask': {
        const { ask, attempt } = due;
        const answer = await provider.ask({ barCloseAt: ask.barCloseAt, attempt });
        return this.#observationsOf(answer, ask, attempt, false);
      }
      case 'end': {
        const reason = `The history of the provider ${provider.name} has come to its end.`;
        return [this.#observation(`end:${this.#name}@${at}`, { type: 'PauseFeed', data: { reason, at } })];
      }
    }
  }

  /** Foresees the deadlines up to `until`, as the step lets them pass before what comes then; returns how many. */
  passDeadlines(until: Instant): number {
    let passed = 0;
    while (this.#evaluateAt !== null && this.#evaluateAt <= until) {
      this.#foresee({ type: 'PassDeadline', data: { at: this.#evaluateAt } });
      passed += 1;
    }
    return passed;
  }

  #observationsOf(answer: Answer, { at, barCloseAt }: Ask, attempt: number, backfill: boolean): readonly Observation[] {
    const attemptId = `attempt:${this.#name}:${barCloseAt}:${attempt}`;
    // Chance that depends on the attempt alone, so that thinking it over comes to the same.
    const jitter = (): number => chanceFrom(seedOf(attemptId)).next();
    switch (answer.kind) {
      case 'bars':
        return answer.bars.map((bar, index) =>
          this.#observation(this.#barId(bar, backfill ? null : barCloseAt, answer.bars.slice(0, index)), {
            type: 'ObserveBar',
            data: { bar, backfill, at },
          }),
        );
      case 'failure':
        return [
          this.#observation(attemptId, {
            type: 'ObserveFailure',
            data: { barCloseAt, failure: answer.failure, jitter: jitter(), at },
          }),
        ];
      case 'garbage':
        return [
          this.#observation(attemptId, {
            type: 'ObserveGarbage',
            data: { barCloseAt, body: answer.body, jitter: jitter(), at },
          }),
        ];
    }
  }

  /**
   * The natural key of a bar that was told. A bar that is not the one asked for may be a repetition of one that has that
   * key already, so its key names the question too; and so does its place, when one answer tells the same bar again.
   */
  #barId(bar: CandidateBar, askedFor: Instant | null, before: readonly CandidateBar[]): string {
    const { openAt, revision } = bar;
    const { calendar, timeframe } = cadenceOf(this.#feed.definition);
    const id = `bar:${this.#name}:${openAt ?? 'unreadable'}:${revision}`;
    const isAskedFor = openAt !== null && barCloseOf(calendar, timeframe, openAt) === askedFor;
    const isFirst = !before.some((other) => other.openAt === openAt && other.revision === revision);
    if (isFirst && (askedFor === null || isAskedFor)) return id;
    return `${id}@${askedFor ?? 'begin'}#${before.length}`;
  }

  get #name(): string {
    const { provider, symbol, timeframe } = this.#feed.definition;
    return `${provider}:${symbol}:${timeframe}`;
  }

  #observation(causeId: string, command: FeedCommand): Observation {
    this.passDeadlines(command.data.at);
    this.#foresee(command);
    return { causeId, time: command.data.at, intentions: [to(feedEntity, this.pair, command)] };
  }

  #foresee(command: FeedCommand): void {
    const outcome: readonly FeedEvent[] | Refusal = feedDecider.decide(command, this.#state);
    if (isRefusal(outcome)) return;
    assert(outcome.length > 0 || command.type !== 'PassDeadline', 'a deadline of a feed has something to say');
    this.#state = outcome.reduce(feedDecider.evolve, this.#state);
    this.#evaluateAt = evaluateAt(this.#state);
  }
}

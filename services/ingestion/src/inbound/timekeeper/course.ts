import { assert, earlierOf, isRefusal, laterOf, type Instant, type Refusal } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { barCloseOf } from '../../domain/bar-grid.ts';
import type { CandidateBar } from '../../domain/candidate-bar.ts';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import {
  cadenceOf,
  evaluateAt,
  isSameDefinition,
  type Calendars,
  type Feed,
  type FeedEvent,
  type KnownFeed,
} from '../../domain/feed.ts';
import { mayAsk, sideQuestionsOf, type SideQuestion } from '../../domain/questions.ts';
import { chanceFrom, seedOf } from '../../domain/random.ts';
import type { FeedEntity } from '../../feed.entity.ts';
import type { HistoricFeed } from '../../histories.ts';
import type { Answer, Ask, Provider } from '../../outbound/providers/provider.ts';
import { consequencesOf, type Asked, type Consequence } from '../watching/answered.ts';

/** What is due next for one feed. To wait is to be there when the feed says something by itself. */
type Due = { readonly at: Instant } & (
  | { readonly kind: 'begin' | 'redefine' | 'end' | 'wait' }
  | {
      readonly kind: 'ask';
      readonly ask: Ask;
      readonly attempt: number;
      readonly provider: Provider;
      readonly isTrial: boolean;
    }
  | {
      readonly kind: 'side';
      readonly question: Exclude<SideQuestion, { readonly kind: 'trial' }>;
      readonly provider: Provider;
    }
);

/** What all courses of one history have in common. */
export type CourseGround = {
  readonly entity: FeedEntity;
  readonly calendars: Calendars;
  /** Hears every fact that is foreseen. */
  readonly onForeseen: (fact: FeedEvent) => void;
};

/**
 * One feed on its way through history. It thinks ahead with the feed's own decider: since deciders are pure, what it
 * foresees is what the step will decide, and many moments can be brought to the log at once.
 */
export class Course {
  readonly #feed: HistoricFeed;
  readonly #ground: CourseGround;
  #state: Feed;
  /** When the feed will next have something to say by itself. */
  #evaluateAt: Instant | null;
  #isRedefined: boolean;
  /** Questions beside the bars that are due, which were asked and answered with nothing. */
  readonly #asked = new Set<string>();

  /** `state` is what the log's last step left of the feed. */
  constructor(feed: HistoricFeed, state: Feed, ground: CourseGround) {
    this.#feed = feed;
    this.#ground = ground;
    this.#state = state;
    this.#evaluateAt = evaluateAt(state, ground.calendars);
    this.#isRedefined = state.status === 'active' && !isSameDefinition(state.definition, feed.definition);
  }

  get pair(): string {
    return this.#feed.definition.pair;
  }

  /** When the feed will next have something to say by itself; null when never. */
  get evaluateAt(): Instant | null {
    return this.#evaluateAt;
  }

  /** When something is due next, not before `position`, the moment that virtual time has come to; null when never. */
  nextAt(position: Instant | null): Instant | null {
    return this.dueAfter(position)[0]?.at ?? null;
  }

  /** What is due at the next moment, in the order in which it is lived through. */
  dueAfter(position: Instant | null): readonly Due[] {
    const state = this.#state;
    if (state.status === 'paused' || state.status === 'removed') return [];
    if (state.status === 'unknown') {
      const { at } = this.#first.begin();
      return [{ kind: 'begin', at: position === null ? at : laterOf(at, position) }];
    }
    const now = position === null ? state.observedAt : laterOf(position, state.observedAt);
    if (this.#isRedefined) return [{ kind: 'redefine', at: now }];
    const dues = [
      this.#barDue(state, now),
      ...sideQuestionsOf(state).map((question) => this.#sideDue(question, now)),
    ].filter((due) => due !== null);
    const first = dues.reduce<Instant | null>((at, due) => (at === null ? due.at : earlierOf(at, due.at)), null);
    return dues.filter(({ at }) => at === first);
  }

  /** Lives through what is due: returns what was observed, and foresees what the feed makes of it. */
  take(due: Due): readonly Observation[] {
    const { definition } = this.#feed;
    const { at } = due;
    switch (due.kind) {
      case 'begin': {
        const add = this.#observation(`feed:${this.#name}`, { type: 'AddFeed', data: { definition, at } });
        const { answer } = this.#first.begin();
        return [
          add,
          ...this.#observationsOf(
            { kind: 'bar', provider: definition.provider, barCloseAt: at, settles: null },
            answer,
            at,
            'begin',
          ),
        ];
      }
      case 'redefine':
        this.#isRedefined = false;
        return [this.#observation(`feed:${this.#name}@${at}`, { type: 'AddFeed', data: { definition, at } })];
      case 'ask': {
        const { ask, attempt, provider, isTrial } = due;
        const answer = provider.ask({ barCloseAt: ask.barCloseAt, attempt });
        const asked = {
          kind: isTrial ? 'trial' : 'bar',
          provider: provider.name,
          barCloseAt: ask.barCloseAt,
          settles: null,
        } as const;
        return this.#observationsOf(asked, answer, at, `${ask.barCloseAt}:${attempt}`);
      }
      case 'side': {
        const { question, provider } = due;
        this.#asked.add(keyOf(question));
        const { kind, fromAt, toAt } = question;
        const answer: Answer = { kind: 'bars', bars: provider.between(fromAt, toAt) };
        const settles = question.kind === 'gap' && question.isLast ? fromAt : null;
        const asked = { kind, provider: provider.name, barCloseAt: toAt, settles };
        return this.#observationsOf(asked, answer, at, `${kind}:${fromAt}@${at}`);
      }
      case 'end': {
        const reason = `The history of the provider ${definition.provider} has come to its end.`;
        return [this.#observation(`end:${this.#name}@${at}`, { type: 'PauseFeed', data: { reason, at } })];
      }
      case 'wait':
        return [];
    }
  }

  /** Lives through the questions that come up at `at` because of what was heard then: a gap, a spike. */
  takeAside(at: Instant): readonly Observation[] {
    const observations: Observation[] = [];
    for (;;) {
      const due = this.dueAfter(at).find((each) => each.kind === 'side' && each.at === at);
      if (due === undefined) return observations;
      observations.push(...this.take(due));
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

  /** When the bars that are due are asked for. */
  #barDue(state: KnownFeed, now: Instant): Due | null {
    const provider = this.#providerOf(state.provider);
    if (!mayAsk(state)) return this.#evaluateAt === null ? null : { kind: 'wait', at: laterOf(now, this.#evaluateAt) };
    const { attempts } = state;
    // A retry at or before this moment has been made, even when it found nothing and so left no trace in the feed.
    if (attempts !== null && attempts.retryAt !== null && attempts.retryAt > now) {
      const { retryAt: at, barCloseAt, failed } = attempts;
      return { kind: 'ask', at, ask: { at, barCloseAt }, attempt: failed + 1, provider, isTrial: false };
    }
    const ask = provider.nextAsk(now);
    return ask === null
      ? { kind: 'end', at: now }
      : { kind: 'ask', at: ask.at, ask, attempt: 1, provider, isTrial: false };
  }

  #sideDue(question: SideQuestion, now: Instant): Due | null {
    const provider = this.#providerOf(question.provider);
    if (question.kind === 'trial') {
      const ask = provider.nextAsk(now);
      return ask === null ? null : { kind: 'ask', at: ask.at, ask, attempt: 1, provider, isTrial: true };
    }
    return this.#asked.has(keyOf(question)) ? null : { kind: 'side', at: now, question, provider };
  }

  #observationsOf(asked: Asked, answer: Answer, at: Instant, askedAs: string): readonly Observation[] {
    const { calendars } = this.#ground;
    const attemptId = `attempt:${this.#nameWith(asked.provider)}:${askedAs}`;
    const feed = this.#known;
    const told = answer.kind === 'bars' ? answer.bars : [];
    const consequences = consequencesOf(asked, answer, {
      feed,
      cadence: cadenceOf(feed.definition, calendars),
      // Chance that depends on the attempt alone, so that thinking it over comes to the same.
      jitter: chanceFrom(seedOf(attemptId)).next(),
      at,
    });
    return consequences.map(({ about, command }) =>
      this.#observation(this.#idOf(about, asked, askedAs, told), command),
    );
  }

  /**
   * The natural key of what was told. A bar that is not the one asked for may be a repetition of one that has that key
   * already, so its key names the question too; and so does its place, when one answer tells the same bar again.
   */
  #idOf(about: Consequence['about'], asked: Asked, askedAs: string, told: readonly CandidateBar[]): string {
    const name = this.#nameWith(asked.provider);
    if (about === 'failure') return `attempt:${name}:${askedAs}`;
    if (about === 'trial' || about === 'gap') return `${about}:${name}:${askedAs}`;
    const { openAt, revision } = about;
    const { calendar, timeframe } = cadenceOf(this.#feed.definition, this.#ground.calendars);
    const place = told.indexOf(about);
    const id = `bar:${name}:${openAt ?? 'unreadable'}:${revision}`;
    const isAskedFor =
      openAt !== null && asked.kind === 'bar' && barCloseOf(calendar, timeframe, openAt) === asked.barCloseAt;
    const isFirst = !told.slice(0, place).some((other) => other.openAt === openAt && other.revision === revision);
    return isFirst && (askedAs === 'begin' || isAskedFor) ? id : `${id}@${askedAs}#${place}`;
  }

  get #first(): Provider {
    return this.#providerOf(this.#feed.definition.provider);
  }

  #providerOf(name: string): Provider {
    const provider = this.#feed.providers.find((each) => each.name === name);
    assert(provider !== undefined, `history has the provider ${name}`);
    return provider;
  }

  get #known(): KnownFeed {
    assert(this.#state.status !== 'unknown', 'a feed that asks has been added');
    return this.#state;
  }

  get #name(): string {
    return this.#nameWith(this.#feed.definition.provider);
  }

  #nameWith(provider: string): string {
    const { symbol, timeframe } = this.#feed.definition;
    return `${provider}:${symbol}:${timeframe}`;
  }

  #observation(causeId: string, command: FeedCommand): Observation {
    this.passDeadlines(command.data.at);
    this.#foresee(command);
    return { causeId, time: command.data.at, intentions: [to(this.#ground.entity, this.pair, command)] };
  }

  #foresee(command: FeedCommand): void {
    const { entity, calendars, onForeseen } = this.#ground;
    const outcome: readonly FeedEvent[] | Refusal = entity.decider.decide(command, this.#state);
    if (isRefusal(outcome)) return;
    assert(outcome.length > 0 || command.type !== 'PassDeadline', 'a deadline of a feed has something to say');
    this.#state = outcome.reduce(entity.decider.evolve, this.#state);
    this.#evaluateAt = evaluateAt(this.#state, calendars);
    for (const fact of outcome) onForeseen(fact);
  }
}

const keyOf = (question: Exclude<SideQuestion, { readonly kind: 'trial' }>): string =>
  `${question.kind}:${question.provider}:${question.fromAt}`;

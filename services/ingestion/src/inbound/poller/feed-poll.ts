import { assert, earlierOf, laterOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { calendarLack } from '../../domain/calendar-lack.ts';
import { digestOf } from '../../domain/digest.ts';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import { cadenceOf, sourcesOf, type Calendars, type Feed, type FeedEvent, type KnownFeed } from '../../domain/feed.ts';
import { PUSH } from '../../domain/push-bars.ts';
import { sideQuestionsOf, type SideQuestion } from '../../domain/questions.ts';
import type { BarsAsked } from '../../outbound/providers/adapter.ts';
import type { Answer } from '../../outbound/providers/provider.ts';
import { consequencesOf, type Asked } from '../watching/answered.ts';
import { BACKFILL_BARS, NEVER_ASKED, afterAsking, askFrom, nextBarAsk, type Asking, type BarAsk } from './pace.ts';

/** One thing that is asked of a provider, under way until it is settled. */
export type Due = { readonly asked: Asked; readonly from: Instant; readonly key: string };

/** How an asking ended: bars, none among them too; a failure that was kept; or nothing that anybody will remember. */
export type Ending = 'answered' | 'failed' | 'unanswered';

/** Questions beside the bars that are due are asked again after so long, doubling, when nothing came of them. */
const AGAIN_MS = 30_000;
const AGAIN_MAX_MS = 15 * 60_000;

/** What did not reach the log is asked again after this. */
const UNKEPT_MS = 1_000;

/**
 * A question beside the bars that are due. One about a gap that was answered is not asked again, for as long as others are
 * still asked.
 */
type Aside = { readonly nextAt: Instant; readonly tries: number; readonly isAnswered: boolean };

/** One feed as it is asked for: what is due, what is under way, and what an answer means. */
export class FeedPoll {
  readonly #feed: () => Feed;
  readonly #calendars: Calendars;
  #asking: Asking = NEVER_ASKED;
  /** Not before this moment, because the last answer did not reach the log. */
  #notBefore: Instant | null = null;
  readonly #underWay = new Set<string>();
  readonly #asides = new Map<string, Aside>();

  constructor(
    readonly pair: string,
    feed: () => Feed,
    calendars: Calendars,
  ) {
    this.#feed = feed;
    this.#calendars = calendars;
  }

  /** Whether the feed has more than one provider. */
  get hasChoice(): boolean {
    const feed = this.#watched();
    return feed !== null && sourcesOf(feed.definition).length > 1;
  }

  /** Takes note of what is said about the feed: another provider is asked anew. */
  hear({ type }: FeedEvent): void {
    if (type !== 'FeedAdded' && type !== 'FeedResumed' && type !== 'FeedSwitched') return;
    this.#asking = NEVER_ASKED;
    this.#notBefore = null;
  }

  /** When something is to be asked next, not before `now`; null when it takes a fact to change that. */
  nextAt(now: Instant): Instant | null {
    const feed = this.#judgeable(now);
    if (feed === null) return null;
    const moments = [
      this.#barAsk(feed, now)?.at ?? null,
      ...this.#sides(feed).map(({ key }) => this.#asideAt(key, now)),
    ];
    return moments.reduce<Instant | null>(
      (first, at) => (at === null ? first : first === null ? at : earlierOf(first, at)),
      null,
    );
  }

  /** Takes up what is due at `now`; each is under way until it is settled. */
  takeDue(now: Instant): readonly Due[] {
    const feed = this.#judgeable(now);
    if (feed === null) return [];
    const dues: Due[] = [];
    const ask = this.#barAsk(feed, now);
    if (ask !== null && ask.at <= now) {
      const asked = { kind: 'bar', provider: feed.provider, barCloseAt: ask.barCloseAt, settles: null } as const;
      this.#asking = afterAsking(this.#asking, ask.barCloseAt, now);
      dues.push({ asked, from: askFrom(feed, this.#calendars), key: BAR });
    }
    const wanted = new Set(allSidesOf(feed).map(({ key }) => key));
    for (const key of this.#asides.keys()) if (!wanted.has(key)) this.#asides.delete(key);
    for (const { key, question } of this.#sides(feed)) {
      const at = this.#asideAt(key, now);
      if (at === null || at > now) continue;
      dues.push(dueOf(question, key, feed, now, this.#calendars));
    }
    for (const { key } of dues) this.#underWay.add(key);
    return dues;
  }

  /** What to ask the adapter; null when the feed does not want to know any more. */
  questionOf({ asked, from }: Due, now: Instant): BarsAsked | null {
    const feed = this.#judgeable(now);
    if (feed === null) return null;
    const source = sourcesOf(feed.definition).find(({ provider }) => provider === asked.provider);
    if (source === undefined || (asked.kind === 'bar' && feed.provider !== asked.provider)) return null;
    const { calendar, timeframe } = cadenceOf(feed.definition, this.#calendars);
    const to = asked.kind === 'gap' || asked.kind === 'confirm' ? asked.barCloseAt : now;
    return { symbol: source.symbol, timeframe, calendar, from, to };
  }

  /** What an answer means, with the natural key of each part of it. */
  consequencesOf(
    { asked }: Due,
    answer: Answer,
    at: Instant,
  ): readonly { readonly id: string; readonly command: FeedCommand }[] {
    const feed = this.#judgeable(at);
    if (feed === null) return [];
    const name = `${asked.provider}:${feed.definition.symbol}:${feed.definition.timeframe}`;
    const consequences = consequencesOf(asked, feed.recent.length === 0 ? history(answer) : answer, {
      feed,
      cadence: cadenceOf(feed.definition, this.#calendars),
      jitter: Math.random(),
      at,
    });
    return consequences.map(({ about, command }, place) => {
      if (typeof about === 'string') return { id: `${about}:${name}:${asked.barCloseAt}@${at}`, command };
      const { openAt, open, high, low, close, volume } = about;
      const edition = digestOf([open, high, low, close, volume].join(' '));
      return { id: `bar:${name}:${openAt ?? 'unreadable'}:${edition}@${at}#${place}`, command };
    });
  }

  /** What was under way has ended. */
  settle({ key, asked }: Due, ending: Ending): void {
    this.#underWay.delete(key);
    if (key === BAR) {
      if (ending === 'unanswered') {
        this.#asking = { ...this.#asking, asks: Math.max(0, this.#asking.asks - 1) };
        this.#notBefore = plusMs(this.#asking.lastAt ?? asked.barCloseAt, UNKEPT_MS);
      } else this.#notBefore = null;
      return;
    }
    const { tries, nextAt } = this.#asides.get(key) ?? { tries: 0, nextAt: asked.barCloseAt };
    const againMs = Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** tries);
    const isAnswered = asked.kind === 'gap' && ending === 'answered' && asked.settles === null;
    this.#asides.set(key, { tries: tries + 1, nextAt: plusMs(nextAt, againMs), isAnswered });
  }

  #watched(): KnownFeed | null {
    const feed = this.#feed();
    return feed.status === 'active' ? feed : null;
  }

  /** The feed, while it is watched and its calendar is there: without one nobody can tell what is due. */
  #judgeable(now: Instant): KnownFeed | null {
    const feed = this.#watched();
    return feed === null || calendarLack(feed, this.#calendars, now) !== null ? null : feed;
  }

  /** What is asked next of the active provider; null while that is under way, or when it takes a fact to change that. */
  #barAsk(feed: KnownFeed, now: Instant): BarAsk | null {
    if (this.#underWay.has(BAR) || feed.provider === PUSH) return null;
    const ask = nextBarAsk(feed, this.#asking, this.#calendars, now);
    return ask === null || this.#notBefore === null ? ask : { ...ask, at: laterOf(ask.at, this.#notBefore) };
  }

  /** The questions that are asked now. */
  #sides(feed: KnownFeed): readonly Side[] {
    const sides = allSidesOf(feed);
    const isAnswered = (key: string): boolean => this.#asides.get(key)?.isAnswered === true;
    // The next provider is asked for a gap once the one before has answered.
    return sides.filter(({ question }, index) => {
      if (question.kind !== 'gap') return true;
      const earlier = sides.slice(0, index).filter((side) => isSameGap(side.question, question.fromAt));
      return earlier.every(({ key }) => isAnswered(key)) && !isAnswered(keyOf(question));
    });
  }

  #asideAt(key: string, now: Instant): Instant | null {
    if (this.#underWay.has(key)) return null;
    const aside = this.#asides.get(key);
    if (aside === undefined) {
      this.#asides.set(key, { tries: 0, nextAt: now, isAnswered: false });
      return now;
    }
    return aside.nextAt;
  }
}

const BAR = 'bar';

type Side = { readonly key: string; readonly question: SideQuestion };

const allSidesOf = (feed: KnownFeed): readonly Side[] =>
  sideQuestionsOf(feed)
    .filter(({ provider }) => provider !== PUSH)
    .map((question) => ({ key: keyOf(question), question }));

const isSameGap = (question: SideQuestion, fromAt: Instant): boolean =>
  question.kind === 'gap' && question.fromAt === fromAt;

const keyOf = (question: SideQuestion): string =>
  question.kind === 'trial' ? `trial:${question.provider}` : `${question.kind}:${question.provider}:${question.fromAt}`;

function dueOf(question: SideQuestion, key: string, feed: KnownFeed, now: Instant, calendars: Calendars): Due {
  const { kind, provider } = question;
  if (question.kind === 'trial')
    return { asked: { kind, provider, barCloseAt: now, settles: null }, from: askFrom(feed, calendars), key };
  const { fromAt, toAt } = question;
  assert(fromAt < toAt, 'a question is about some time');
  const settles = question.kind === 'gap' && question.isLast ? fromAt : null;
  return { asked: { kind, provider, barCloseAt: toAt, settles }, from: fromAt, key };
}

/** The history that a feed begins with has its length, and a provider may have more. */
const history = (answer: Answer): Answer =>
  answer.kind === 'bars' ? { kind: 'bars', bars: answer.bars.slice(-BACKFILL_BARS) } : answer;

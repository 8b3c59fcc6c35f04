import {
  POLICY_DEFAULTS,
  type ChannelKind,
  type ChannelPolicy,
  type EpisodeRaisedData,
  type EpisodeSubject,
  type Level,
  type NotificationDefaults,
  type QuietHours,
  type ScopeKind,
} from '@tocsin/contracts';
import { earlierOf, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { bootBook } from '../round/boot-book.ts';
import type { AddressBook } from '../round/address-book.ts';
import type { Letter } from '../round/letters.ts';
import type { GoodNews } from '../wording/good-news.ts';
import type { Holds } from '../holds/hold.ts';
import type { Silence } from '../holds/silence.ts';
import type { EpisodeFact } from '../notices/heard.ts';
import { Desk } from './desk.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

const BEGIN = instant('2014-05-06T10:00:00Z');

/** A channel that is told whatever its kind is. */
export const channel = (kind: ChannelKind, changes: Partial<ChannelPolicy> = {}): ChannelPolicy => ({
  id: kind,
  kind,
  name: kind,
  enabled: true,
  minLevel: 'INFO',
  success: 'restoration',
  signals: false,
  rate: { messages: 100, perMs: 1_000 },
  ...changes,
});

/** WARN on one channel, ERROR on two, CRITICAL on all three; everything else is the house's own. */
export const POLICY: NotificationDefaults = {
  ...POLICY_DEFAULTS['notification-defaults'],
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
};
export const CHANNELS = [channel('log'), channel('webhook'), channel('email')];

export const houseBook = (
  changes: Partial<NotificationDefaults> = {},
  channels: readonly ChannelPolicy[] = CHANNELS,
): AddressBook => bootBook({ ...POLICY, ...changes }, channels);

type About = {
  readonly scope: string;
  readonly scopeKind: ScopeKind;
  readonly subject: EpisodeSubject;
};

export const pair = (symbol: string, provider = 'kraken'): About => ({
  scope: `pair-${symbol}-15m`,
  scopeKind: 'pair',
  subject: { symbol, timeframe: '15m', provider },
});
export const provider = (name: string): About => ({
  scope: `provider-${name}`,
  scopeKind: 'provider',
  subject: { provider: name },
});

/** Plays escalation to a desk, on a clock that the story moves. */
export class Story {
  readonly desk: Desk;
  /** Everything that would have been sent. */
  readonly sent: Letter[] = [];
  #now: Instant = BEGIN;
  #facts = 0;
  #episodes = 0;
  #silences = 0;
  /** Until when each open episode is acknowledged. */
  readonly #acknowledged = new Map<string, Instant>();
  readonly #open = new Map<string, { episodeId: string; level: Level; openedAt: Instant }>();
  readonly #last = new Map<string, { episodeId: string; clearedAt: Instant }>();

  constructor(book: AddressBook = houseBook(), publicUrl: string | null = null) {
    this.desk = new Desk(book, publicUrl);
  }

  get now(): Instant {
    return this.#now;
  }

  episodeOf(about: About): string {
    return this.#open.get(about.scope)?.episodeId ?? '';
  }

  /** Whether somebody has taken on what stands of it. */
  isAcknowledged(about: About): boolean {
    return this.#acknowledged.has(about.scope);
  }

  levelOf(about: About): Level {
    return this.#open.get(about.scope)?.level ?? 'INFO';
  }

  /** Lets time pass, with a look at every moment at which something may become due. Returns what was sent meanwhile. */
  async pass(ms: number): Promise<readonly Letter[]> {
    const until = plusMs(this.#now, ms);
    const sentBefore = this.sent.length;
    for (;;) {
      this.#expire();
      this.sent.push(...(await this.desk.look(this.#now)));
      if (this.#now >= until) break;
      const expiries = [...this.#acknowledged.values()].filter((at) => at > this.#now);
      const next = [this.desk.nextMoment(this.#now) ?? until, ...expiries, until].reduce(earlierOf);
      this.#now = next;
    }
    return this.sent.slice(sentBefore);
  }

  async raise(about: About, to: Level, changes: Partial<EpisodeRaisedData> = {}): Promise<readonly Letter[]> {
    const open = this.#open.get(about.scope);
    const last = this.#last.get(about.scope);
    const isBack = open === undefined && last !== undefined && plusMs(last.clearedAt, 15 * MINUTE_MS) > this.#now;
    this.#episodes += open === undefined ? 1 : 0;
    const {
      episodeId,
      level: from,
      openedAt,
    } = open ?? {
      episodeId: `e${this.#episodes}`,
      level: 'INFO' as const,
      openedAt: this.#now,
    };
    this.#open.set(about.scope, { episodeId, level: to, openedAt });
    return this.#hear({
      type: 'EpisodeRaised',
      data: {
        ...about,
        episodeId,
        from,
        to,
        cause: 'A bar could not be fetched.',
        causeEventIds: [],
        reopenOf: isBack ? last.episodeId : null,
        openedAt,
        simulated: false,
        at: this.#now,
        ...changes,
      },
    });
  }

  async clear({ scope, scopeKind }: About, by?: string): Promise<readonly Letter[]> {
    const open = this.#open.get(scope);
    if (open === undefined) throw new Error(`nothing stands of ${scope}`);
    const { episodeId, level: peak, openedAt } = open;
    this.#open.delete(scope);
    this.#acknowledged.delete(scope);
    this.#last.set(scope, { episodeId, clearedAt: this.#now });
    const common = { scope, scopeKind, episodeId, peak, openedAt, simulated: false, at: this.#now };
    return this.#hear({
      type: 'EpisodeCleared',
      data: {
        ...common,
        durationMs: 1_000,
        cause: 'Two good bars in a row.',
        ...(by !== undefined && { resolvedBy: by }),
      },
    });
  }

  async acknowledge(about: About, holdsMs: number): Promise<readonly Letter[]> {
    const data = { scope: about.scope, episodeId: this.episodeOf(about), by: 'dana', at: this.#now };
    const until = plusMs(this.#now, holdsMs);
    this.#acknowledged.set(about.scope, until);
    return this.#hear({ type: 'EpisodeAcknowledged', data: { ...data, reason: 'I am on it.', until } });
  }

  async share(news: GoodNews): Promise<readonly Letter[]> {
    this.#facts += 1;
    this.desk.hearGoodNews(news, { id: `fact-${this.#facts}`, correlationId: `cause-${this.#facts}` });
    return this.pass(0);
  }

  /** Lets nobody hear of what is about a symbol, for a while. */
  silence(symbol: string, holdsMs: number): Silence {
    this.#silences += 1;
    const silence: Silence = {
      silenceId: `silence-${this.#silences}`,
      tenant: 'shared',
      matchers: [{ label: 'symbol', op: '=', value: symbol }],
      from: this.#now,
      until: plusMs(this.#now, holdsMs),
      every: null,
      zone: 'UTC',
    };
    this.#holds((holds) => ({ ...holds, silences: [...holds.silences, silence] }));
    return silence;
  }

  /** Lets everybody sleep at these hours, all week. */
  quietHours(from: string, to: string): QuietHours {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    const hours = { zone: 'UTC', windows: [{ days: [...days], from, to }] };
    this.#holds((holds) => ({ ...holds, quietHours: { version: (holds.quietHours?.version ?? 0) + 1, hours } }));
    return hours;
  }

  #holds(change: (holds: Holds) => Holds): void {
    const { tenants, nobody } = this.desk.book;
    const changed = [...tenants].map(([tenant, book]) => [tenant, { ...book, holds: change(book.holds) }] as const);
    this.desk.book = { tenants: new Map(changed), nobody };
  }

  /** What escalation says when acknowledgements have expired. */
  #expire(): void {
    for (const [scope, until] of this.#acknowledged) {
      const episodeId = this.#open.get(scope)?.episodeId;
      if (until > this.#now || episodeId === undefined) continue;
      this.#acknowledged.delete(scope);
      this.#say({ type: 'AcknowledgementExpired', data: { scope, episodeId, by: 'dana', at: this.#now } });
    }
  }

  async #hear(fact: EpisodeFact): Promise<readonly Letter[]> {
    this.#say(fact);
    return this.pass(0);
  }

  #say(fact: EpisodeFact): void {
    this.#facts += 1;
    this.desk.hear(Object.assign({ id: `fact-${this.#facts}`, correlationId: `cause-${this.#facts}` }, fact));
  }
}

/** What was sent, in short: kind, level, channel, repeat. */
export const inShort = (letters: readonly Letter[]): readonly string[] =>
  letters.map(({ kind, level, channelId, repeatIndex }) =>
    [kind, level, channelId, ...(repeatIndex > 0 ? [`#${repeatIndex}`] : [])].join(' '),
  );

import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Unreachable, epochMs, plusMs, type Instant } from '@tocsin/domain-kit';
import { to, type EventLog, type Log, type Observation, type Tenure } from '@tocsin/event-log';
import type { BreakerChange } from '@tocsin/outbound';
import type { FeedCommand } from '../../domain/feed.commands.ts';
import type { FeedRefusal } from '../../domain/feed.decider.ts';
import type { Calendars, Feed, FeedDefinition, FeedEvent } from '../../domain/feed.ts';
import type { FeedEntity } from '../../feed.entity.ts';
import type { Answer } from '../../outbound/providers/provider.ts';
import { DueQueue } from '../watching/due-queue.ts';
import { callsObservation, closedAgain, Metering } from '../watching/provider-reports.ts';
import { ProviderWatch } from '../watching/provider-watch.ts';
import type { Reach } from '../watching/reach.ts';
import { Turning } from '../watching/turning.ts';
import type { Desk } from './desk.ts';
import { FeedMemory } from './feed-memory.ts';
import { FeedPoll, type Due } from './feed-poll.ts';
import { UNCONFIGURED } from './provider-desks.ts';
import { lacksOf, notWatched, reviewsOf, wishesOf, type Wish } from './wishes.ts';

export type PollerOptions = {
  readonly eventLog: Pick<EventLog, 'tenure' | 'perform' | 'sql' | 'listenToFacts'>;
  readonly entity: FeedEntity;
  readonly calendars: Calendars;
  /** The feeds of the configuration file; null where there is no file, and then it has no opinion. */
  readonly configured: () => readonly FeedDefinition[] | null;
  readonly desks: {
    readonly of: (provider: string) => Desk | null;
    readonly open: readonly Desk[];
    readonly close: () => Promise<void>;
  };
  /** Looked at when the log is taken up, and once a day. */
  readonly checkCalendars: (at: Instant) => readonly Observation[];
  readonly reach: Reach;
  /** Says something to a person that needs one: it is logged, and shown at the terminal. */
  readonly tell: (line: string) => void;
  readonly wallNow: () => Instant;
  readonly log: Log;
  /** Called on every turn of the loop. */
  readonly beat: () => void;
};

/** A feed that was paused or given up meanwhile has no use for an answer. */
const EXPECTED: ReadonlySet<string> = new Set<FeedRefusal>(['feed-unknown', 'feed-paused', 'attempts-exhausted']);

const STANDBY_MS = 250;
const IDLE_MAX_MS = 250;
const CHECK_CALENDARS_EVERY_MS = 86_400_000;

/** What is brought to the log comes in parts of so many: a step has a limit, and a history may be long. */
const PART_MAX = 400;

/**
 * Asks providers on the wall clock, each feed when something of it is due, as long as this instance holds the lane. What
 * it knows of feeds is what the log says; what it remembers beside that may be forgotten at any moment.
 */
export class Poller implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #options: PollerOptions;
  readonly #turning: Turning;
  readonly #memory: FeedMemory;
  readonly #polls = new Map<string, FeedPoll>();
  #due = new DueQueue<FeedPoll>();
  #watch: ProviderWatch | null = null;
  #tenure: Tenure | null = null;
  #down: readonly string[] = [];
  readonly #metering = new Metering();
  #checkedAt: Instant | null = null;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#memory = new FeedMemory((fact) => {
      this.#onFact(fact);
    });
    this.#turning = new Turning({
      turn: () => this.#turn(),
      onTrouble: (error) => {
        options.log.warn({ err: error }, 'the providers could not be asked; it is tried again');
      },
      beat: options.beat,
    });
  }

  onApplicationBootstrap(): void {
    this.#options.eventLog.listenToFacts(this.#memory);
    this.#turning.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#turning.stop();
    await this.#options.desks.close();
  }

  /** The configuration is another: feeds are added, changed and removed as it says. */
  reconfigure(): void {
    if (this.#memory.isKnown) void this.#reconcile();
  }

  /** The breaker of a provider's calls has moved: feeds that have others go on with those, and come back. */
  onCallsChange(name: string, change: BreakerChange): void {
    void this.#perform([callsObservation(name, change, this.#options.wallNow())]);
    if (change.state === 'half-open') return;
    const recovered = change.state === 'closed';
    this.#down = recovered ? this.#down.filter((down) => down !== name) : [...new Set([...this.#down, name])];
    const affected = [...this.#polls.values()].filter((poll) => poll.hasChoice);
    void Promise.all(affected.map((poll) => this.#avoidDown(poll, recovered)));
  }

  async #turn(): Promise<number> {
    const { eventLog, wallNow } = this.#options;
    const { tenure } = eventLog;
    if (tenure !== this.#tenure) this.#memory.onTakenUp();
    this.#tenure = tenure;
    if (tenure === null) return STANDBY_MS;
    if (!this.#memory.isKnown && !(await this.#takeUp())) return 0;
    const now = wallNow();
    for (const poll of this.#due.takeAt(now)) this.#ask(poll, now);
    await this.#perform([
      ...(this.#watch?.observe(now) ?? []),
      ...this.#metering.observe(this.#options.desks.open, now),
      ...this.#checkCalendars(now),
    ]);
    const { firstAt } = this.#due;
    return firstAt === null ? IDLE_MAX_MS : Math.min(IDLE_MAX_MS, epochMs(firstAt) - epochMs(wallNow()));
  }

  /** Learns from the entities how everything stands. */
  async #takeUp(): Promise<boolean> {
    this.#polls.clear();
    this.#due = new DueQueue();
    const reading = await this.#memory.read(this.#options.eventLog.sql);
    if (reading === null) return false;
    this.#watch = new ProviderWatch(reading.feeds, reading.providers);
    await this.#perform(closedAgain(reading.providers, this.#options.wallNow()));
    for (const pair of reading.feeds.keys()) this.#schedule(this.#pollOf(pair));
    for (const line of lacksOf(reading.feeds, this.#options.calendars, this.#options.wallNow()))
      this.#options.tell(line);
    await this.#reconcile();
    return true;
  }

  /** Brings the feeds in line with the configuration and its calendars; what people asked for is theirs. */
  async #reconcile(): Promise<void> {
    const { configured, calendars, wallNow } = this.#options;
    const wanted = configured();
    if (wanted !== null) await this.#make(wishesOf(wanted, this.#known(), wallNow()));
    await this.#make(reviewsOf(this.#known(), calendars, wallNow()));
  }

  #known(): ReadonlyMap<string, Feed> {
    return new Map([...this.#polls.keys()].map((pair) => [pair, this.#memory.of(pair)]));
  }

  async #make(wishes: readonly Wish[]): Promise<void> {
    await this.#perform(
      wishes.map(({ pair, command }) =>
        this.#observation(`feed:${pair}:${command.type}@${command.data.at}`, pair, command),
      ),
    );
  }

  #checkCalendars(now: Instant): readonly Observation[] {
    if (this.#checkedAt !== null && now < plusMs(this.#checkedAt, CHECK_CALENDARS_EVERY_MS)) return [];
    this.#checkedAt = now;
    return this.#options.checkCalendars(now);
  }

  #onFact(fact: FeedEvent): void {
    this.#watch?.see(fact);
    if (fact.type === 'FeedPaused' && fact.data.cause !== undefined)
      this.#options.tell(notWatched(fact.data.pair, fact.data.reason));
    const poll = this.#pollOf(fact.data.pair);
    poll.hear(fact);
    this.#schedule(poll);
    if (fact.type === 'FeedSwitched' && this.#down.includes(fact.data.provider)) void this.#avoidDown(poll, false);
    this.#turning.wake();
  }

  #pollOf(pair: string): FeedPoll {
    const known = this.#polls.get(pair);
    if (known !== undefined) return known;
    const poll = new FeedPoll(pair, () => this.#memory.of(pair), this.#options.calendars);
    this.#polls.set(pair, poll);
    return poll;
  }

  #schedule(poll: FeedPoll): void {
    this.#due.put(poll, poll.nextAt(this.#options.wallNow()));
  }

  /** Hands what is due to the desks of the providers. */
  #ask(poll: FeedPoll, now: Instant): void {
    for (const due of poll.takeDue(now)) {
      const desk = this.#options.desks.of(due.asked.provider);
      const tenure = this.#tenure;
      if (desk === null) {
        this.#onAnswer(poll, due, UNCONFIGURED, tenure);
        continue;
      }
      desk.ask({
        question: () => poll.questionOf(due, this.#options.wallNow()),
        onDropped: () => {
          poll.settle(due, 'unanswered');
          this.#schedule(poll);
        },
        onAnswer: ({ answer }) => {
          this.#onAnswer(poll, due, answer, tenure);
        },
      });
    }
    this.#schedule(poll);
  }

  #onAnswer(poll: FeedPoll, due: Due, answer: Answer, tenure: Tenure | null): void {
    const at = this.#options.wallNow();
    const observations = poll
      .consequencesOf(due, answer, at)
      .map(({ id, command }) => this.#observation(id, poll.pair, command));
    void this.#conclude(poll, due, answer, observations, tenure);
  }

  async #conclude(
    poll: FeedPoll,
    due: Due,
    answer: Answer,
    observations: readonly Observation[],
    tenure: Tenure | null,
  ): Promise<void> {
    const isKept = await this.#perform(observations, tenure);
    poll.settle(due, !isKept ? 'unanswered' : answer.kind === 'bars' ? 'answered' : 'failed');
    this.#show(poll, due.asked.provider, answer);
    this.#schedule(poll);
    this.#turning.wake();
  }

  /** Who looks at the terminal is told whether a provider can be reached at all. */
  #show(poll: FeedPoll, provider: string, answer: Answer): void {
    const { reach, wallNow } = this.#options;
    if (answer.kind === 'bars') reach.answer(provider);
    else if (answer.kind === 'failure' && answer.failure.errorCode === 'NETWORK_ERROR')
      reach.miss(provider, answer.failure.message, poll.nextAt(wallNow()));
  }

  async #avoidDown(poll: FeedPoll, hasRecovered: boolean): Promise<void> {
    const at = this.#options.wallNow();
    const reason = hasRecovered ? 'RECOVERED' : 'PROVIDER_TRIPPED';
    const command: FeedCommand = { type: 'ObserveProviders', data: { down: this.#down, reason, at } };
    await this.#perform([this.#observation(`down:${poll.pair}@${at}`, poll.pair, command)]);
  }

  #observation(causeId: string, pair: string, command: FeedCommand): Observation {
    return { causeId, time: command.data.at, intentions: [to(this.#options.entity, pair, command)] };
  }

  /**
   * Brings observations to the log, in parts that a step can take. Returns whether it took them all: what it did not take
   * has not happened.
   */
  async #perform(observations: readonly Observation[], tenure: Tenure | null = this.#tenure): Promise<boolean> {
    if (tenure === null) return false;
    for (let from = 0; from < observations.length; from += PART_MAX)
      if (!(await this.#performPart(observations.slice(from, from + PART_MAX), tenure))) return false;
    return true;
  }

  async #performPart(part: readonly Observation[], tenure: Tenure): Promise<boolean> {
    try {
      const outcomes = await this.#options.eventLog.perform(part, tenure);
      for (const [index, { refusal }] of outcomes.entries()) {
        if (refusal === null || EXPECTED.has(refusal.refused)) continue;
        this.#options.log.warn({ causeId: part[index]?.causeId, ...refusal }, 'an observation was refused');
      }
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable))
        this.#options.log.error({ err: error }, 'an observation could not be decided');
      return false;
    }
  }
}

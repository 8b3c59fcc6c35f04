import type { AnyEvent, QuietHours, Recorded, RoutingPolicy, SilenceCreated, SilenceExpired } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Desk } from '../desk/desk.ts';
import { silenceOf } from '../holds/silence.ts';
import type { EpisodeFact } from '../notices/heard.ts';
import { bookOf, type AddressBook } from '../round/address-book.ts';
import type { Letter } from '../round/letters.ts';

/** What is asked about, and the stretch of history that counts. */
export type Rehearsed = {
  readonly tenant: string;
  readonly routing: RoutingPolicy;
  /** Null for those in force. */
  readonly quietHours: QuietHours | null;
  readonly from: Instant;
  readonly to: Instant;
};

/** A version that no policy in force has, so that quiet hours asked about are nobody else's holder. */
const ASKED_VERSION = 0;

/** What comes of a rehearsal while it goes on: nothing is kept, for a year may tell a lot. */
export type Audience = {
  /** Told of every message that would have been sent in the stretch that counts. */
  readonly onLetter: (letter: Letter) => void;
  /** Lets others have their turn, after every moment that was looked at. */
  readonly breathe: () => Promise<void>;
};

/**
 * Plays what escalation said once more before people who have another policy. The same deciders and the same rounds as
 * in the service decide; channels are those of today. What came before the stretch is played for what was standing then,
 * and does not count.
 */
export class Rehearsal {
  readonly episodes = new Set<string>();
  readonly #asked: Rehearsed;
  readonly #desk: Desk;
  readonly #audience: Audience;
  #now: Instant | null = null;

  constructor(asked: Rehearsed, inForce: AddressBook, audience: Audience) {
    this.#asked = asked;
    this.#audience = audience;
    this.#desk = new Desk(bookFor(asked, inForce));
  }

  /** Plays one fact; facts come in the order of their lane, whose time may go back a little, which nobody here follows. */
  async play(fact: Recorded<AnyEvent>): Promise<void> {
    if (fact.time >= this.#asked.to) return;
    await this.#passTo(fact.time);
    if (fact.type === 'SilenceCreated' || fact.type === 'SilenceExpired') this.#hearSilence(fact);
    else if (isEpisodeFact(fact)) this.#hearEpisode(fact);
    else return;
    await this.#look(fact.time);
  }

  /** Lets the rest of the stretch pass. */
  async end(): Promise<void> {
    await this.#passTo(this.#asked.to);
  }

  #hearEpisode(fact: Recorded<EpisodeFact>): void {
    if (fact.type === 'EpisodeRaised' && fact.time >= this.#asked.from) this.episodes.add(fact.data.episodeId);
    this.#desk.hear(fact);
  }

  /** What people did not want to hear of then, they would not have heard of now. */
  #hearSilence({ type, data }: SilenceCreated | SilenceExpired): void {
    const { tenant } = this.#asked;
    if (data.tenant !== tenant) return;
    const { book } = this.#desk;
    const own = bookOf(book, tenant);
    const others = own.holds.silences.filter(({ silenceId }) => silenceId !== data.silenceId);
    const silences = type === 'SilenceCreated' ? [...others, silenceOf(data)] : others;
    const tenants = new Map(book.tenants).set(tenant, { ...own, holds: { ...own.holds, silences } });
    this.#desk.book = { ...book, tenants };
  }

  /** Looks at every moment up to `at` at which something may be due by itself. */
  async #passTo(at: Instant): Promise<void> {
    for (;;) {
      const next = this.#now === null ? null : this.#desk.nextMoment(this.#now);
      if (next === null || next >= at) break;
      await this.#look(next);
    }
    if (this.#now === null || at > this.#now) this.#now = at;
  }

  async #look(at: Instant): Promise<void> {
    if (this.#now === null || at > this.#now) this.#now = at;
    const letters = await this.#desk.look(this.#now);
    this.#desk.forgetSaid();
    for (const letter of letters) if (letter.at >= this.#asked.from) this.#audience.onLetter(letter);
    await this.#audience.breathe();
  }
}

const EPISODE_FACTS: ReadonlySet<string> = new Set<EpisodeFact['type']>([
  'EpisodeRaised',
  'EpisodeCleared',
  'EpisodeAcknowledged',
  'AcknowledgementExpired',
]);

const isEpisodeFact = (fact: Recorded<AnyEvent>): fact is Recorded<EpisodeFact> => EPISODE_FACTS.has(fact.type);

function bookFor({ tenant, routing, quietHours }: Rehearsed, inForce: AddressBook): AddressBook {
  const book = bookOf(inForce, tenant);
  const hours = quietHours === null ? book.holds.quietHours : { version: ASKED_VERSION, hours: quietHours };
  const asked = {
    ...book,
    routings: new Map([[ASKED_VERSION, routing]]),
    newestRouting: ASKED_VERSION,
    holds: { silences: [], quietHours: hours },
  };
  return { tenants: new Map([[tenant, asked]]), nobody: inForce.nobody };
}

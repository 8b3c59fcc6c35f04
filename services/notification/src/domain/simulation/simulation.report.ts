import type { DeliveryIntended, SimulationCompleted } from '@tocsin/contracts';

type Letter = DeliveryIntended['data'];
type Report = SimulationCompleted['data'];
type Count = Report['counts'][number];

/** How many messages a report spells out. */
const LETTERS_MAX = 200;
/** Channels times kinds times levels; beyond it the rarest are left out, and the totals still hold. */
const COUNTS_MAX = 500;

/**
 * What a simulation comes to: what would have been sent beside what was intended in fact, in the same stretch of time. It
 * counts both by channel, kind and level, and spells the first messages out.
 */
export class Findings {
  readonly #told = new Set<string>();
  readonly #counts = new Map<string, Count>();
  readonly #letters: Report['letters'][number][] = [];
  readonly #totals = { simulated: 0, sent: 0 };

  addSimulated(letter: Letter): void {
    const { at, channelId, kind, level, title } = letter;
    const episodes = episodesIn(letter);
    for (const episodeId of episodes) this.#told.add(episodeId);
    this.#count(letter, 'simulated');
    if (this.#letters.length < LETTERS_MAX)
      this.#letters.push({ at, channelId, kind, level, title, episodes: episodes.length });
  }

  addSent(letter: Letter): void {
    this.#count(letter, 'sent');
  }

  /** `episodes` are those that were raised, by id. */
  report(episodes: ReadonlySet<string>, about: Pick<Report, 'simulationId' | 'tenant' | 'at'>): Report {
    return {
      ...about,
      episodes: episodes.size,
      neverTold: [...episodes].filter((episodeId) => !this.#told.has(episodeId)).length,
      ...this.#totals,
      counts: [...this.#counts.values()].sort(byWeight).slice(0, COUNTS_MAX),
      letters: this.#letters,
      lettersLeftOut: this.#totals.simulated - this.#letters.length,
    };
  }

  #count({ channelId, kind, level }: Letter, side: 'simulated' | 'sent'): void {
    const key = `${channelId}|${kind}|${level}`;
    const count = this.#counts.get(key) ?? { channelId, kind, level, simulated: 0, sent: 0 };
    this.#counts.set(key, { ...count, [side]: count[side] + 1 });
    this.#totals[side] += 1;
  }
}

const episodesIn = ({ episodeId, members = [] }: Letter): readonly string[] =>
  members.length === 0 ? [episodeId] : members.map((member) => member.episodeId);

const weightOf = ({ simulated, sent }: Count): number => Math.max(simulated, sent);

const byWeight = (a: Count, b: Count): number =>
  weightOf(b) - weightOf(a) || (`${a.channelId}|${a.kind}|${a.level}` < `${b.channelId}|${b.kind}|${b.level}` ? -1 : 1);

import type { DeliveryIntended, SimulationCompleted } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

type Letter = DeliveryIntended['data'];
type Report = SimulationCompleted['data'];
type Count = Report['counts'][number];

/** How many messages a report spells out. */
const LETTERS_MAX = 200;
/** Channels times kinds times levels; beyond it the rarest are left out, and the totals still hold. */
const COUNTS_MAX = 500;

/** What a simulation came to: what would have been sent beside what was intended in fact, in the same stretch of time. */
export interface Findings {
  readonly simulationId: string;
  readonly tenant: string;
  /** The episodes that were raised, by id. */
  readonly episodes: ReadonlySet<string>;
  readonly simulated: readonly Letter[];
  readonly sent: readonly Letter[];
  readonly at: Instant;
}

/** Counts both sides by channel, kind and level, and spells the first messages out. */
export function reportOf({ simulationId, tenant, episodes, simulated, sent, at }: Findings): Report {
  const told = new Set(simulated.flatMap(episodesIn));
  const counts = new Map<string, Count>();
  const add = (letter: Letter, side: 'simulated' | 'sent'): void => {
    const { channelId, kind, level } = letter;
    const key = `${channelId}|${kind}|${level}`;
    const count = counts.get(key) ?? { channelId, kind, level, simulated: 0, sent: 0 };
    counts.set(key, { ...count, [side]: count[side] + 1 });
  };
  for (const letter of simulated) add(letter, 'simulated');
  for (const letter of sent) add(letter, 'sent');
  return {
    simulationId,
    tenant,
    episodes: episodes.size,
    neverTold: [...episodes].filter((episodeId) => !told.has(episodeId)).length,
    simulated: simulated.length,
    sent: sent.length,
    counts: [...counts.values()].sort(byWeight).slice(0, COUNTS_MAX),
    letters: simulated.slice(0, LETTERS_MAX).map((letter) => ({
      at: letter.at,
      channelId: letter.channelId,
      kind: letter.kind,
      level: letter.level,
      title: letter.title,
      episodes: episodesIn(letter).length,
    })),
    lettersLeftOut: Math.max(0, simulated.length - LETTERS_MAX),
    at,
  };
}

const episodesIn = ({ episodeId, members = [] }: Letter): readonly string[] =>
  members.length === 0 ? [episodeId] : members.map((member) => member.episodeId);

const weightOf = ({ simulated, sent }: Count): number => Math.max(simulated, sent);

const byWeight = (a: Count, b: Count): number =>
  weightOf(b) - weightOf(a) || (`${a.channelId}|${a.kind}|${a.level}` < `${b.channelId}|${b.kind}|${b.level}` ? -1 : 1);

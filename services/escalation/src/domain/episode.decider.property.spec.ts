import { instant, isRefusal, plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import fc from 'fast-check';
import type { EpisodeCommand } from './episode.commands.ts';
import { episodeDecider } from './episode.decider.ts';
import type { EpisodeEvent } from './episode.events.ts';
import { levelOf, type Episode, type Scope } from './episode.ts';
import type { Level } from './level.ts';
import { HOUSE_TERMS } from './terms.ts';
import type { Verdict } from './verdict.ts';

const STATE_BYTES_MAX = 4_096;
const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

const about: Scope = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  simulated: true,
  subject: { pair: 'EURUSD-15m' as Pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' },
};
const after = (minutes: number): Instant => plusMs(instant('2014-05-05T10:00:00.000Z'), minutes * 60_000);

const anyVerdict = fc.constantFrom<Verdict>('good', 'failed', 'missed-amber', 'missed-red', 'ignored');
const anyBars = fc.array(fc.tuple(fc.nat(20), anyVerdict), { minLength: 1, maxLength: 4 });

const countVerdicts = fc
  .tuple(anyBars, fc.nat(600), fc.boolean())
  .map(([bars, minutes, isBreakerOpen]): EpisodeCommand => ({
    type: 'CountVerdicts',
    data: {
      ...about,
      isBreakerOpen,
      terms: HOUSE_TERMS,
      bars: bars.map(([bar, verdict]) => ({
        barCloseAt: after(bar * 15),
        verdict,
        causeEventIds: [`${bar}-${verdict}`],
        episodeId: `ep-${bar}-${verdict}`,
        at: after(minutes),
      })),
    },
  }));
const acknowledge = fc
  .tuple(fc.constantFrom('dana', 'eli', 'system'), fc.nat(600))
  .map(([by, minutes]): EpisodeCommand => ({
    type: 'AcknowledgeEpisode',
    data: { scope: about.scope, tenant: 'shared', by, reason: 'I am on it.', ttlMs: null, at: after(minutes) },
  }));
const expire = fc.nat(3_000).map((minutes): EpisodeCommand => ({
  type: 'ExpireAcknowledgement',
  data: { scope: about.scope, at: after(minutes) },
}));
const other = (id: string, minutes: number) => ({
  ...about,
  cause: `It is the ${id}.`,
  causeEventIds: [id],
  episodeId: `ep-${id}`,
  terms: HOUSE_TERMS,
  at: after(minutes),
});
const breakerOpens = fc.nat(600).map((minutes): EpisodeCommand => ({
  type: 'ReportAilment',
  data: { ...other('breaker', minutes), level: 'ERROR' },
}));
const unwatched = fc.nat(600).map((minutes): EpisodeCommand => ({
  type: 'ObserveHealth',
  data: { ...other('pause', minutes), level: 'INFO' },
}));
const anyCommands = fc.array(
  fc.oneof({ weight: 8, arbitrary: countVerdicts }, breakerOpens, unwatched, acknowledge, expire),
  { maxLength: 40 },
);

/** Decides one command and remembers what it led to, until a test looks. */
function decided(
  command: EpisodeCommand,
  episode: Episode,
): { readonly said: readonly EpisodeEvent[]; readonly episode: Episode } {
  const outcome = episodeDecider.decide(command, episode);
  const said = isRefusal(outcome) ? [] : outcome;
  return { said, episode: said.reduce(episodeDecider.evolve, episode) };
}

function story(commands: readonly EpisodeCommand[]): {
  readonly said: readonly EpisodeEvent[];
  readonly episode: Episode;
} {
  let episode = episodeDecider.initialState();
  const said = commands.flatMap((command) => {
    const step = decided(command, episode);
    episode = step.episode;
    return step.said;
  });
  return { said, episode };
}

describe('an episode, whatever arrives in whatever order', () => {
  it('forgives every repeated command', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        let episode = episodeDecider.initialState();
        for (const command of commands) {
          ({ episode } = decided(command, episode));
          expect(decided(command, episode).said).toEqual([]);
        }
      }),
    );
  });

  it('is the same when it is refolded from what it said, and fits in its row', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { said, episode } = story(commands);
        expect(said.reduce(episodeDecider.evolve, episodeDecider.initialState())).toEqual(episode);
        expect(JSON.parse(JSON.stringify(episode))).toEqual(episode);
        expect(Buffer.byteLength(JSON.stringify(episode))).toBeLessThan(STATE_BYTES_MAX);
      }),
    );
  });

  it('climbs one rung at a time, and at most one for each bar', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const rungs = new Map<Instant, number>();
        let latest: Instant | null = null;
        for (const { type, data } of story(commands).said) {
          if (type === 'VerdictCounted') latest = data.barCloseAt;
          if (type !== 'EpisodeRaised' || latest === null || data.causeEventIds.includes('breaker')) continue;
          expect(LADDER.indexOf(data.to)).toBe(LADDER.indexOf(data.from) + 1);
          rungs.set(latest, (rungs.get(latest) ?? 0) + 1);
        }
        expect([...rungs.values()].filter((count) => count > 1)).toEqual([]);
      }),
    );
  });

  it('is at least at ERROR while a breaker is open, and not ended by bars', () => {
    fc.assert(
      fc.property(anyCommands, fc.array(countVerdicts, { maxLength: 10 }), breakerOpens, (commands, counts, opens) => {
        let { episode } = decided(opens, story(commands).episode);
        for (const command of counts) {
          if (command.type !== 'CountVerdicts') continue;
          const held: EpisodeCommand = { ...command, data: { ...command.data, isBreakerOpen: true } };
          ({ episode } = decided(held, episode));
          expect(['ERROR', 'CRITICAL']).toContain(levelOf(episode));
        }
      }),
    );
  });

  it('is never cleared before two good bars in a row, unless nobody watches the pair', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { said } = story(commands);
        for (const [index, { type, data }] of said.entries()) {
          if (type !== 'EpisodeCleared' || data.cause === 'It is the pause.') continue;
          const before = said[index - 1];
          expect(before?.type === 'VerdictCounted' && before.data.good >= 2).toBe(true);
        }
      }),
    );
  });

  it('says a level that follows from the one before, and clears only what is open', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        let level: Level = 'INFO';
        const { said, episode } = story(commands);
        for (const { type, data } of said) {
          if (type === 'EpisodeRaised') {
            expect(data.from).toBe(level);
            level = data.to;
          }
          if (type === 'EpisodeCleared') {
            expect(data.peak).toBe(level);
            level = 'INFO';
          }
        }
        expect(levelOf(episode)).toBe(level);
      }),
    );
  });

  it('counts the same in the end, in whatever order the verdicts on its newest bars arrive', () => {
    const shuffled = fc.array(anyVerdict, { maxLength: 8 }).chain((verdicts) => {
      const bars = verdicts.map((verdict, bar) => ({
        barCloseAt: after(bar * 15),
        verdict,
        causeEventIds: [`${bar}`],
        episodeId: `ep-${bar}`,
        at: after(0),
      }));
      return fc.tuple(fc.constant(bars), fc.shuffledSubarray(bars, { minLength: bars.length }));
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, asHeard]) => {
        const count = (bars: typeof inOrder) =>
          story([{ type: 'CountVerdicts', data: { ...about, isBreakerOpen: false, terms: HOUSE_TERMS, bars } }]).said;
        const tallyAt = (said: readonly EpisodeEvent[]) => {
          const last = said.findLast((event) => event.type === 'VerdictCounted');
          if (!last) return null;
          const { consecutiveFailures, amber, red, good } = last.data;
          return { consecutiveFailures, amber, red, good };
        };
        expect(tallyAt(count(asHeard))).toEqual(tallyAt(count(inOrder)));
      }),
    );
  });
});

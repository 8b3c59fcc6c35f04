import type { AnyEvent, Level } from '@tocsin/contracts';
import { plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import fc from 'fast-check';
import {
  attemptFailed,
  barClosed,
  barMissed,
  breakerClosed,
  breakerHalfOpened,
  breakerOpened,
  closeOf,
  feedAdded,
  outageClosed,
  outageOpened,
  providerRestored,
  providerTripped,
  runCompleted,
  runFailed,
} from '../test/facts.ts';
import { MemoryHouse } from '../test/memory-house.ts';
import type { Episode } from './domain/episode.ts';
import { entities } from './entities.ts';

const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];
const rank = (level: Level): number => LADDER.indexOf(level);
const NAMES = ['AAA', 'BBB', 'CCC'] as const;

type Name = (typeof NAMES)[number];
type Happening =
  | { readonly kind: 'bar'; readonly name: Name; readonly fate: 'good' | 'failed' | 'run-failed' | 'amber' | 'red' }
  | { readonly kind: 'breaker'; readonly name: Name; readonly turn: 'opens' | 'tries' | 'closes' }
  | { readonly kind: 'provider'; readonly turn: 'stale' | 'fresh' | 'tripped' | 'restored' }
  | { readonly kind: 'person'; readonly name: Name; readonly does: 'ack' | 'resolve' | 'comment' }
  | { readonly kind: 'time'; readonly minutes: number };

const name = fc.constantFrom(...NAMES);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('bar' as const),
      name,
      fate: fc.constantFrom(
        'good' as const,
        'good' as const,
        'failed' as const,
        'run-failed' as const,
        'amber' as const,
        'red' as const,
      ),
    }),
  },
  fc.record({
    kind: fc.constant('breaker' as const),
    name,
    turn: fc.constantFrom('opens' as const, 'tries' as const, 'closes' as const),
  }),
  fc.record({
    kind: fc.constant('provider' as const),
    turn: fc.constantFrom('stale' as const, 'fresh' as const, 'tripped' as const, 'restored' as const),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      name,
      does: fc.constantFrom('ack' as const, 'resolve' as const, 'comment' as const),
    }),
  },
  fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
);
const happenings = fc.array(happening, { maxLength: 60 });

const pairOf = (of: Name) => ({ pair: `${of}-15m` as Pair, symbol: of });
const about = <Fact extends AnyEvent>(fact: Fact, of: Name): Fact => ({
  ...fact,
  data: { ...fact.data, ...pairOf(of) },
});

/** Lets all of it happen, each bar a quarter of an hour after the one before, whoever it is of. */
function lived(all: readonly Happening[]): MemoryHouse {
  const house = new MemoryHouse();
  let bar = 0;
  let now: Instant = closeOf(0);
  for (const of of NAMES) house.hear('ingestion', now, about(feedAdded(), of));
  for (const each of all) {
    switch (each.kind) {
      case 'bar': {
        bar += 1;
        now = [now, closeOf(bar)].reduce((a, b) => (a < b ? b : a));
        barComes(house, each, bar, now);
        break;
      }
      case 'breaker': {
        const turns = {
          opens: breakerOpened('simulated', now, 300_000),
          tries: breakerHalfOpened(now),
          closes: breakerClosed('simulated', now),
        };
        house.hear('ingestion', now, about(turns[each.turn], each.name));
        break;
      }
      case 'provider': {
        const turns = {
          stale: outageOpened(now),
          fresh: outageClosed(now),
          tripped: providerTripped(now),
          restored: providerRestored(now),
        };
        house.hear('ingestion', now, turns[each.turn]);
        break;
      }
      case 'person':
        personActs(house, each, now);
        break;
      case 'time':
        now = plusMs(now, each.minutes * 60_000);
        house.pass(now);
        break;
    }
  }
  house.pass(plusMs(now, 200 * 3_600_000));
  return house;
}

function barComes(
  house: MemoryHouse,
  { name: of, fate }: Extract<Happening, { kind: 'bar' }>,
  bar: number,
  at: Instant,
): void {
  switch (fate) {
    case 'good':
    case 'run-failed':
      house.hear('ingestion', at, about(barClosed(bar), of));
      house.hear('analysis', at, about(fate === 'good' ? runCompleted(bar) : runFailed(bar, 1), of));
      break;
    case 'failed':
      house.hear('ingestion', at, about(attemptFailed(bar), of));
      break;
    case 'amber':
    case 'red':
      house.hear('ingestion', at, about(barMissed(bar, fate === 'amber' ? 'AMBER' : 'RED'), of));
      break;
  }
}

function personActs(house: MemoryHouse, { name: of, does }: Extract<Happening, { kind: 'person' }>, at: Instant): void {
  const scope = `pair-${of}-15m`;
  const words = {
    ack: { type: 'AcknowledgeEpisode', data: { scope, reason: 'I am on it.' } },
    resolve: { type: 'ResolveEpisode', data: { scope, reason: 'It is none.' } },
    comment: { type: 'CommentEpisode', data: { scope, text: 'So it goes.' } },
  } as const;
  house.ask(words[does], 'dana', at);
}

/** Lives through it, and holds what was said against what must always be so. */
const always = (check: (house: MemoryHouse) => void): void => {
  fc.assert(
    fc.property(happenings, (all) => {
      check(lived(all));
    }),
    { numRuns: 150 },
  );
};

describe('whatever happens, and whoever does what about it,', () => {
  it('bars move a pair one rung at a time, and every level of an episode follows from the one before', () => {
    always(({ said }) => {
      const levels = new Map<string, Level>();
      const open = new Map<string, string>();
      for (const { type, data } of said) {
        if (type === 'EpisodeRaised') {
          expect(data.episodeId).toBe(open.get(data.scope) ?? data.episodeId);
          open.set(data.scope, data.episodeId);
          expect(data.from).toBe(levels.get(data.scope) ?? 'INFO');
          expect(rank(data.to)).toBeGreaterThan(rank(data.from));
          if (data.cause.startsWith('Since its last good bar')) expect(rank(data.to)).toBe(rank(data.from) + 1);
          levels.set(data.scope, data.to);
        }
        if (type === 'EpisodeCleared') {
          expect(data.peak).toBe(levels.get(data.scope));
          expect(data.episodeId).toBe(open.get(data.scope));
          open.delete(data.scope);
          levels.set(data.scope, 'INFO');
        }
      }
    });
  });

  it('nothing is said of an episode after its end but what people say', () => {
    always(({ said }) => {
      const over = new Set<string>();
      for (const { type, data } of said) {
        if (!('episodeId' in data) || type === 'EpisodeCommented') continue;
        expect([type, data.episodeId, over.has(data.episodeId)]).toEqual([type, data.episodeId, false]);
        if (type === 'EpisodeCleared') over.add(data.episodeId);
      }
    });
  });

  it('an acknowledgement keeps nothing from rising: without those that people gave, the ladder is the same', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        const ladder = (house: MemoryHouse): readonly unknown[] =>
          house.said.flatMap(({ type, data }) =>
            type === 'EpisodeRaised' || type === 'EpisodeCleared' ? [[type, data.scope, data.at]] : [],
          );
        const isAck = (each: Happening): boolean => each.kind === 'person' && each.does === 'ack';
        expect(ladder(lived(all))).toEqual(ladder(lived(all.filter((each) => !isAck(each)))));
      }),
      { numRuns: 100 },
    );
  });

  it('every acknowledgement expires or dies with its episode', () => {
    always((house) => {
      for (const state of house.states('episode').values())
        expect(state).not.toMatchObject({ standing: { status: 'open', acknowledged: { by: 'dana' } } });
    });
  });

  it('a provider in trouble is never told of as less than the worst of its pairs', () => {
    always(({ said }) => {
      const levels = new Map<string, Level>();
      let isSettled = true;
      for (const { type, data } of said) {
        if (type === 'EpisodeRaised') levels.set(data.scope, data.to);
        else if (type === 'EpisodeCleared') levels.set(data.scope, 'INFO');
        else continue;
        // The provider follows in the very next thing that is said of any scope.
        const provider = levels.get('provider-simulated') ?? 'INFO';
        const isBelow = NAMES.some((of) => rank(levels.get(`pair-${of}-15m`) ?? 'INFO') > rank(provider));
        const isBehind = provider !== 'INFO' && isBelow;
        expect(isBehind && !isSettled).toBe(false);
        isSettled = !isBehind;
      }
      expect(isSettled).toBe(true);
    });
  });

  it('a breaker that stays open is CRITICAL in its time', () => {
    always((house) => {
      for (const state of house.states('episode').values()) {
        const { breaker, standing } = state as Episode;
        if (breaker !== null) expect(standing).toMatchObject({ status: 'open', level: 'CRITICAL' });
      }
    });
  });

  it('everything can be folded anew, and fits in its row', () => {
    always((house) => {
      for (const { type, decider, stateBytesMax = 4_096 } of entities)
        for (const [key, state] of house.states(type)) {
          const anew = house.factsOf(type, key).reduce((a, event) => decider.evolve(a, event), decider.initialState());
          expect(anew).toEqual(state);
          expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(stateBytesMax);
        }
    });
  });
});

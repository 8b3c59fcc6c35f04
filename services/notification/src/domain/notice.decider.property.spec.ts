import type { DeliveryIntended } from '@tocsin/contracts';
import { instant, isRefusal } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { noticeDecider, type NoticeCommand } from './notice.decider.ts';
import type { Level, Routing } from './routing.ts';

const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
  enabled: [
    { id: 'log', kind: 'log' },
    { id: 'webhook', kind: 'webhook' },
    { id: 'email', kind: 'email' },
  ],
};
const decider = noticeDecider(routing);
const at = instant('2014-05-06T10:00:00Z');
const scope = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  openedAt: at,
  at,
  cause: 'because',
  simulated: false,
} as const;
const level = fc.constantFrom<Level>('WARN', 'ERROR', 'CRITICAL');
const episodeId = fc.constantFrom('e1', 'e2', 'e3', 'e4');

const anyCommand: fc.Arbitrary<NoticeCommand> = fc.oneof(
  fc.record({ episodeId, to: level, reopenOf: fc.option(episodeId) }).map((data) => ({
    type: 'TellOfRaise' as const,
    data: { ...scope, from: 'INFO' as const, causeEventIds: [], ...data },
  })),
  fc
    .record({ episodeId, peak: level })
    .map((data) => ({ type: 'TellOfClearing' as const, data: { ...scope, durationMs: 1, ...data } })),
);

/** An order in which escalation may really say things: episodes follow one another, each climbs, then clears. */
const orderly: fc.Arbitrary<NoticeCommand[]> = fc
  .array(fc.record({ peak: fc.integer({ min: 1, max: 3 }), isBack: fc.boolean() }), {
    maxLength: 8,
  })
  .map((episodes) =>
    episodes.flatMap(({ peak, isBack }, index) => {
      const id = `e${index}`;
      const rungs: Level[] = ['WARN', 'ERROR', 'CRITICAL'];
      const climb: NoticeCommand[] = rungs.slice(0, peak).map((to) => ({
        type: 'TellOfRaise',
        data: {
          ...scope,
          episodeId: id,
          from: 'INFO',
          to,
          causeEventIds: [],
          reopenOf: isBack && index > 0 ? `e${index - 1}` : null,
        },
      }));
      const cleared = { ...scope, episodeId: id, peak: rungs[peak - 1] ?? 'WARN', durationMs: 1 };
      return [...climb, { type: 'TellOfClearing' as const, data: cleared }];
    }),
  );

function run(
  commands: readonly NoticeCommand[],
  each?: (said: readonly DeliveryIntended[], again: readonly DeliveryIntended[]) => void,
) {
  let state = decider.initialState();
  const all: DeliveryIntended[] = [];
  const say = (command: NoticeCommand): readonly DeliveryIntended[] => {
    const outcome = decider.decide(command, state);
    if (isRefusal(outcome)) throw new Error('a notice never refuses');
    state = outcome.reduce(decider.evolve, state);
    all.push(...outcome);
    return outcome;
  };
  for (const command of commands) {
    const said = say(command);
    each?.(said, say(command));
  }
  return all;
}

describe('whatever escalation says', () => {
  it('hearing it a second time says nothing', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        run(commands, (_said, again) => {
          expect(again).toEqual([]);
        });
      }),
    );
  });

  it('no notification is intended twice', () => {
    fc.assert(
      fc.property(orderly, (commands) => {
        const ids = run(commands).map(({ data }) => data.notificationId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('a restoration follows a raise of the same episode on the same channel, and every raise told is followed by one', () => {
    fc.assert(
      fc.property(orderly, (commands) => {
        const open = new Set<string>();
        for (const { data } of run(commands)) {
          const thread = `${data.episodeId} ${data.channelId}`;
          if (data.kind === 'escalation') open.add(thread);
          else expect(open.delete(thread)).toBe(true);
        }
        expect([...open]).toEqual([]);
      }),
    );
  });

  it('CRITICAL is told on every channel or, when it is an old story, on none', () => {
    fc.assert(
      fc.property(orderly, (commands) => {
        const told = new Map<string, string[]>();
        for (const { data } of run(commands)) {
          if (data.level !== 'CRITICAL') continue;
          told.set(data.episodeId, [...(told.get(data.episodeId) ?? []), data.channelId]);
        }
        for (const channels of told.values()) expect(channels).toEqual(['log', 'webhook', 'email']);
      }),
    );
  });
});

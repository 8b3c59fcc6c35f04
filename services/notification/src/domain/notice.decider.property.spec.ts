import { validateEvent, type DeliveryIntended, type Level } from '@tocsin/contracts';
import { instant, isRefusal } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { noticeDecider, type NoticeCommand } from './notice.decider.ts';
import type { Routing } from './routing.ts';

const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
  channels: [
    { id: 'log', kind: 'log', minLevel: 'INFO' },
    { id: 'webhook', kind: 'webhook', minLevel: 'INFO' },
    { id: 'email', kind: 'email', minLevel: 'INFO' },
  ],
};
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

const raise = (id: string, to: Level, reopenOf: string | null): NoticeCommand => ({
  type: 'TellOfRaise',
  data: { episode: { ...scope, episodeId: id, from: 'INFO', to, causeEventIds: [], reopenOf }, routing },
});
const clear = (id: string, peak: Level): NoticeCommand => ({
  type: 'TellOfClearing',
  data: { episode: { ...scope, episodeId: id, peak, durationMs: 1 } },
});

const anyCommand: fc.Arbitrary<NoticeCommand> = fc.oneof(
  fc.tuple(episodeId, level, fc.option(episodeId)).map((parts) => raise(...parts)),
  fc.tuple(episodeId, level).map((parts) => clear(...parts)),
);

/** An order in which escalation may really say things: episodes follow one another, each climbs, then clears. */
const orderly: fc.Arbitrary<NoticeCommand[]> = fc
  .array(fc.record({ rungs: fc.integer({ min: 1, max: 3 }), isBack: fc.boolean() }), { maxLength: 8 })
  .map((episodes) =>
    episodes.flatMap(({ rungs, isBack }, index) => {
      const climb = (['WARN', 'ERROR', 'CRITICAL'] as const).slice(0, rungs);
      const reopenOf = isBack && index > 0 ? `e${index - 1}` : null;
      return [...climb.map((to) => raise(`e${index}`, to, reopenOf)), clear(`e${index}`, climb.at(-1) ?? 'WARN')];
    }),
  );

function run(
  commands: readonly NoticeCommand[],
  each?: (said: readonly DeliveryIntended[], again: readonly DeliveryIntended[]) => void,
) {
  let state = noticeDecider.initialState();
  const all: DeliveryIntended[] = [];
  const say = (command: NoticeCommand): readonly DeliveryIntended[] => {
    const outcome = noticeDecider.decide(command, state);
    if (isRefusal(outcome)) throw new Error('a notice never refuses');
    for (const event of outcome) validateEvent(event); // Whatever is decided can be said.
    state = outcome.reduce(noticeDecider.evolve, state);
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

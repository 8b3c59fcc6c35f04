import type { AnyEvent, ClockAdvanced } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { Deliberation } from './deliberation.ts';
import { to, type EntityType } from './entity-type.ts';
import type { Cause } from './voice.ts';
import { WorkingSet } from './working-set.ts';

type Command = { readonly type: 'Tick' | 'Fail' | 'Swell'; readonly data: { readonly at: Instant } };
type State = { readonly ticks: number; readonly wakeAt: Instant | null; readonly ballast: string };

const clock: EntityType<Command, ClockAdvanced, State> = {
  type: 'clock',
  decider: {
    initialState: () => ({ ticks: 0, wakeAt: null, ballast: '' }),
    decide: ({ type, data: { at } }) => {
      if (type === 'Fail') throw new TypeError('a defect');
      return [{ type: 'ClockAdvanced', data: { clock: 'virtual', now: at, because: type } }];
    },
    evolve: ({ ticks }, { data: { now, because } }) => ({
      ticks: ticks + 1,
      wakeAt: plusMs(now, 60_000),
      ballast: because === 'Swell' ? 'x'.repeat(5_000) : '',
    }),
  },
  deadlines: ({ wakeAt }) => (wakeAt === null ? [] : [{ name: 'wake', at: wakeAt }]),
  onDeadline: ({ dueAt }) => ({ type: 'Tick', data: { at: dueAt } }),
};

const dawn = instant('2026-03-02T09:00:00.000Z');
const causeAt = (time: Instant, id: string): Cause => ({
  id,
  causationId: null,
  correlationId: 'c',
  actor: 'service:test',
  time,
});

const open = () => {
  const working = new WorkingSet(new Map([['clock', clock]]));
  working.admit([{ type: 'clock', key: 'virtual' }], [], []);
  const deliberation = new Deliberation({ service: 'ingestion', working, wallMs: () => 0, isParked: () => false });
  const decide = (type: Command['type'], at: Instant, id: string) =>
    deliberation.decide(to(clock, 'virtual', { type, data: { at } }), causeAt(at, id));
  return { working, deliberation, decide, entity: working.get('clock', 'virtual') };
};

describe('a deliberation', () => {
  it('leaves the entity and the journal as they were when a decision fails', () => {
    const { deliberation, decide, entity } = open();
    decide('Tick', dawn, 'a');
    const before = structuredClone({ version: entity.version, state: entity.state, timers: [...entity.timers] });

    expect(decide('Fail', dawn, 'b')).toMatchObject({ kind: 'failed', because: 'TypeError: a defect' });
    expect(decide('Swell', dawn, 'c')).toMatchObject({ kind: 'failed' });

    expect({ version: entity.version, state: entity.state, timers: [...entity.timers] }).toEqual(before);
    expect(deliberation.said).toHaveLength(1);
  });

  it('makes the same ids when the same is decided again', () => {
    const once = open();
    const again = open();
    once.decide('Tick', dawn, 'a');
    again.decide('Tick', dawn, 'a');
    expect(again.deliberation.said.map(({ event }) => event.id)).toEqual(
      once.deliberation.said.map(({ event }) => event.id),
    );
  });

  it('passes each moment that was waited for once, in order, with dense versions, whatever is decided in between', () => {
    const steps = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 200_000 }), decides: fc.boolean() }), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(steps, (story) => {
        const { deliberation, decide } = open();
        let now = dawn;
        story.forEach(({ afterMs, decides }, index) => {
          now = plusMs(now, afterMs);
          deliberation.passDeadlines(now, (_, because) => {
            throw new Error(because);
          });
          if (decides) decide('Tick', now, `input ${index}`);
        });
        const facts: readonly AnyEvent[] = deliberation.said.map(({ event }) => event);
        const passed = facts.flatMap((fact) => (fact.type === 'DeadlinePassed' ? [fact.data.dueAt] : []));
        expect(passed).toEqual([...new Set(passed)].sort());
        expect(deliberation.said.map(({ event }) => event.entityVersion)).toEqual(facts.map((_, index) => index + 1));
        expect(new Set(deliberation.said.map(({ event }) => event.id)).size).toBe(facts.length);
      }),
    );
  });
});

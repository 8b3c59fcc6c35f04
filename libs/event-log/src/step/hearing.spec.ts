import { encodeEvent, type ClockAdvanced } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Deliberation } from './deliberation.ts';
import { to, type EntityType } from './entity-type.ts';
import { Hearing } from './hearing.ts';
import { heardFact } from './lane-input.ts';
import { WorkingSet } from './working-set.ts';

type Command = { readonly type: 'Tick' | 'Fail'; readonly data: { readonly clock: string } };

const at = instant('2026-03-02T09:00:00.000Z');
const advanced = (clock: string): ClockAdvanced => ({
  type: 'ClockAdvanced',
  data: { clock, now: at, because: 'a test says so' },
});

const counter: EntityType<Command, ClockAdvanced, { readonly ticks: number }> = {
  type: 'clock',
  decider: {
    initialState: () => ({ ticks: 0 }),
    decide: ({ type, data: { clock } }) => {
      if (type === 'Fail') throw new TypeError('a defect');
      return [advanced(clock)];
    },
    evolve: ({ ticks }) => ({ ticks: ticks + 1 }),
  },
};
const tell = (type: Command['type'], clock: string) => to(counter, clock, { type, data: { clock } });

const fact = heardFact('ingestion', {
  sequence: 7,
  subject: 'evt.ingestion.shared.clock.virtual.advanced',
  chain: '',
  messageId: '',
  body: encodeEvent(advanced('virtual'), {
    id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
    service: 'ingestion',
    tenant: 'shared',
    time: at,
    entityVersion: 1,
    correlationId: 'c',
    causationId: null,
    actor: 'service:ingestion',
    recordedTime: at,
    traceparent: null,
  }),
});

const open = () => {
  const working = new WorkingSet(new Map([['clock', counter]]));
  const ids = ['a', 'b'].map((key) => ({ type: 'clock', key }));
  working.admit(ids, [], []);
  const parked = new Set<string>();
  const isParked = (parkKey: string) => parked.has(parkKey);
  const service = 'ingestion';
  const deliberation = new Deliberation({ service, working, wallMs: () => 0, isParked });
  const hearing = new Hearing({ service, working, deliberation, isParked, park: (parkKey) => parked.add(parkKey) });
  const translation = (...intentions: readonly ReturnType<typeof tell>[]) => ({
    input: fact,
    horizon: at,
    intentions,
    touches: ids,
    obstacle: null,
  });
  const story = () => deliberation.said.map(({ event: { type, key } }) => [type, key]);
  return { working, hearing, translation, story };
};

describe('a fact that asks one entity for several things', () => {
  it('is applied to it as a whole or waits as a whole, whatever others make of it', () => {
    const { working, hearing, translation, story } = open();
    hearing.hear(translation(tell('Tick', 'a'), tell('Tick', 'b'), tell('Fail', 'a'), tell('Tick', 'a')));
    expect(story()).toEqual([
      ['ClockAdvanced', 'b'],
      ['EventParked', 'a'],
    ]);
    expect(hearing.parked.map(({ parkKey, position }) => [parkKey, position])).toEqual([['entity:clock/a', 7]]);
    expect([working.get('clock', 'a').state, working.get('clock', 'b').state]).toEqual([{ ticks: 0 }, { ticks: 1 }]);
  });

  it('is heard again as a whole, or leaves nothing', () => {
    const { working, hearing, translation, story } = open();
    const id = { type: 'clock', key: 'a' };
    expect(hearing.hearAgain(id, translation(tell('Tick', 'a'), tell('Fail', 'a')))).toBe('TypeError: a defect');
    expect([story(), working.get('clock', 'a').state]).toEqual([[], { ticks: 0 }]);
    expect(hearing.hearAgain(id, translation(tell('Tick', 'a'), tell('Tick', 'a')))).toBeNull();
    expect(working.get('clock', 'a').state).toEqual({ ticks: 2 });
  });
});

describe('an observation that is whole', () => {
  const observe = (isWhole: boolean, ...intentions: readonly ReturnType<typeof tell>[]) => {
    const { working, hearing, translation, story } = open();
    const input = { kind: 'observation', causeId: 'seen', time: at, intentions, isWhole } as const;
    hearing.hear({ ...translation(...intentions), input });
    return { working, outcome: hearing.outcomes[0], story: story() };
  };

  it('leaves nothing behind where one of its decisions cannot be made', () => {
    const { working, outcome, story } = observe(true, tell('Tick', 'a'), tell('Tick', 'b'), tell('Fail', 'a'));
    expect(story).toEqual([]);
    expect(outcome).toMatchObject({ facts: [], refusal: { refused: 'failed' } });
    expect([working.get('clock', 'a').state, working.get('clock', 'b').state]).toEqual([{ ticks: 0 }, { ticks: 0 }]);
  });

  it('is decided like any other where all can', () => {
    const { outcome } = observe(true, tell('Tick', 'a'), tell('Tick', 'b'), tell('Tick', 'a'));
    expect(outcome).toMatchObject({ facts: [{ key: 'a' }, { key: 'b' }, { key: 'a' }], refusal: null });
  });

  it('is not what an observation is by itself: there, each intention stands alone', () => {
    expect(observe(false, tell('Tick', 'a'), tell('Fail', 'b')).story).toEqual([['ClockAdvanced', 'a']]);
  });
});

import { refuse, type Decider } from '@tocsin/domain-kit';
import { specify } from './specify.ts';

type Door = { readonly isOpen: boolean };
type Command =
  { readonly type: 'OpenDoor'; readonly data: object } | { readonly type: 'CloseDoor'; readonly data: object };
type Event =
  { readonly type: 'DoorOpened'; readonly data: object } | { readonly type: 'DoorClosed'; readonly data: object };

const door: Decider<Command, Event, Door, 'door-is-shut'> = {
  initialState: () => ({ isOpen: false }),
  decide: ({ type }, { isOpen }) => {
    if (type === 'OpenDoor') return isOpen ? [] : [{ type: 'DoorOpened', data: {} }];
    return isOpen ? [{ type: 'DoorClosed', data: {} }] : refuse('door-is-shut', 'It cannot be shut twice.');
  },
  evolve: (_door, { type }) => ({ isOpen: type === 'DoorOpened' }),
};

const open = { type: 'OpenDoor', data: {} } as const;
const close = { type: 'CloseDoor', data: {} } as const;
const opened = { type: 'DoorOpened', data: {} } as const;

describe('a story about a decider', () => {
  const { given } = specify(door);

  it('compares facts, silence and refusals with what the decider answers', () => {
    given().when(open).then(opened);
    given(opened).when(open).thenNothing();
    given().when(close).thenRefused('door-is-shut');
  });

  it('fails when the answer is another one', () => {
    expect(() => {
      given().when(open).thenNothing();
    }).toThrow();
    expect(() => {
      given(opened).when(open).then(opened);
    }).toThrow();
    expect(() => {
      given(opened).when(close).thenRefused('door-is-shut');
    }).toThrow();
  });

  it('fails for a decider that changes what it was given', () => {
    const careless: typeof door = { ...door, evolve: (before) => Object.assign(before, { isOpen: true }) };
    expect(() => specify(careless).given(opened).when(open)).toThrow(/read only|not extensible/);
  });

  it('fails for a state that no row can hold', () => {
    const forgetful: Decider<Command, Event, { readonly seen: ReadonlySet<string> }> = {
      initialState: () => ({ seen: new Set(['a']) }),
      decide: () => [],
      evolve: (state) => state,
    };
    expect(() => specify(forgetful).given().when(open)).toThrow();
  });
});

import { isRefusal, type Decider, type Message, type Refusal } from '@tocsin/domain-kit';
import { expect } from '@jest/globals';

/** What a decider answered, waiting to be compared with what it should have. */
export interface Answered<Event extends Message, Reason extends string> {
  /** These facts, in this order, and no others. */
  readonly then: (...events: readonly [Event, ...Event[]]) => void;
  /** Neither a fact nor a no: there is nothing to say. */
  readonly thenNothing: () => void;
  /** A no of this name, with a sentence for the person who asked. */
  readonly thenRefused: (reason: Reason) => void;
}

/** A history, waiting for a command. */
export interface Given<Command extends Message, Event extends Message, Reason extends string> {
  readonly when: (command: Command) => Answered<Event, Reason>;
}

/**
 * Tells stories about a decider: `given(history).when(command).then(facts)`. Histories, commands and states are frozen,
 * and a state is stored and read back as JSON between two facts, as the entity's row does: a decider that changes what
 * it was given, or remembers what no row can hold, fails every story.
 */
export function specify<Command extends Message, Event extends Message, State, Reason extends string>(
  decider: Decider<Command, Event, State, Reason>,
): { readonly given: (...history: readonly Event[]) => Given<Command, Event, Reason> } {
  return {
    given: (...history) => ({
      when: (command) => {
        const state = history.reduce<State>(
          (before, event) => stored(decider.evolve(before, deepFreeze(event))),
          stored(decider.initialState()),
        );
        return answered(decider.decide(deepFreeze(command), state));
      },
    }),
  };
}

function answered<Event extends Message, Reason extends string>(
  outcome: readonly Event[] | Refusal<Reason>,
): Answered<Event, Reason> {
  return {
    then: (...events) => {
      expect(outcome).toEqual(events);
    },
    thenNothing: () => {
      expect(outcome).toEqual([]);
    },
    thenRefused: (reason) => {
      expect(isRefusal(outcome) ? outcome : { facts: outcome }).toEqual({
        refused: reason,
        because: expect.stringMatching(/\S/),
      });
    },
  };
}

/** The state as it comes back from its row. */
function stored<State>(state: State): State {
  const read: unknown = JSON.parse(JSON.stringify(state));
  expect(read).toEqual(state);
  return deepFreeze(state);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

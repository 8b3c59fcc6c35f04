/** A fact or a request: its name, and what it says. */
export type Message<Type extends string = string, Data = unknown> = { readonly type: Type; readonly data: Data };

/** A reasoned no: the rule's name, and a sentence for the person who asked. */
export type Refusal<Reason extends string = string> = { readonly refused: Reason; readonly because: string };

/** Returns the refusal that a decider answers with when its rule says no. */
export const refuse = <Reason extends string>(refused: Reason, because: string): Refusal<Reason> => ({
  refused,
  because,
});

/** Tells a refusal from facts. */
export const isRefusal = <Event, Reason extends string>(
  outcome: readonly Event[] | Refusal<Reason>,
): outcome is Refusal<Reason> => !Array.isArray(outcome);

/**
 * One kind of entity: what it starts as, what it answers, and how it remembers.
 * `decide` returns facts, no facts, or a reasoned no; `evolve` never judges. Both are pure.
 */
export type Decider<Command extends Message, Event extends Message, State, Reason extends string = never> = {
  readonly initialState: () => State;
  readonly decide: (command: Command, state: State) => readonly Event[] | Refusal<Reason>;
  readonly evolve: (state: State, event: Event) => State;
};

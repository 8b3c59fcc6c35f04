import type { Decider, Instant, Message } from '@tocsin/domain-kit';

/** A moment that an entity waits for. It passes once per entity, name and moment. */
export type Deadline = { readonly name: string; readonly at: Instant };

/** A deadline that has passed; `at` is the service's clock, never before `dueAt`. */
export type PassedDeadline = { readonly name: string; readonly dueAt: Instant; readonly at: Instant };

/**
 * One kind of entity of a service: its decider, and what it waits for.
 * `type` equals `x-owner` of the events it says; its keys are their `x-owner-key`.
 */
export type EntityType<Command extends Message, Event extends Message, State, Reason extends string = never> = {
  readonly type: string;
  /**
   * Of `evolve` and what it remembers; 1 where nobody says. Raise it when either changes: entities that were stored by
   * another version are folded anew from the lane before the first step.
   */
  readonly version?: number;
  /**
   * The largest state, in bytes of JSON; 4 KiB where nobody says. It is read and written whole in every step that concerns
   * the entity, so more than that is for the one entity of its kind.
   */
  readonly stateBytesMax?: number;
  readonly decider: Decider<Command, Event, State, Reason>;
  /** What a state waits for: a pure function, so that timers are set, moved and cancelled by remembering alone. */
  readonly deadlines?: (state: State, key: string) => readonly Deadline[];
  /** The command that a passed deadline becomes. */
  readonly onDeadline?: (passed: PassedDeadline, key: string) => Command;
};

/**
 * An entity type whose own types are closed over, as the runtime keeps it. The runtime gives an entity only commands made
 * by `to` and by its own `onDeadline`, and states made by its own decider, which is why the methods here may be wide.
 */
export interface AnyEntityType {
  readonly type: string;
  readonly version?: number;
  readonly stateBytesMax?: number;
  readonly decider: {
    readonly initialState: () => unknown;
    decide(
      command: Message,
      state: unknown,
    ): readonly Message[] | { readonly refused: string; readonly because: string };
    evolve(state: unknown, event: Message): unknown;
  };
  deadlines?(state: unknown, key: string): readonly Deadline[];
  onDeadline?(passed: PassedDeadline, key: string): Message;
}

/** One command for one entity: what a controller returns. */
export type Intention = { readonly entityType: AnyEntityType; readonly key: string; readonly command: Message };

/** Returns the intention that `command` be decided by the entity `key`. */
export const to = <C extends Message, E extends Message, S, R extends string>(
  entityType: EntityType<C, E, S, R>,
  key: string,
  command: NoInfer<C>,
): Intention => ({ entityType, key, command });

import type { AnyCommand, AnyEvent, CommandName, EventName, Recorded, Requested } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';

/**
 * A table of the service's own, folded from facts inside the step's transaction. Facts that the service hears are
 * folded before its controllers see them; facts that it says itself, after they were decided, and not again where it
 * hears its own lane.
 */
export interface LocalModel<Value, Event extends AnyEvent = AnyEvent> {
  readonly name: string;
  readonly hears: readonly Event['type'][];
  /** Which value a fact belongs to. */
  keyOf(event: Recorded<Event>): string;
  /** Further values that controllers may ask for while a fact is heard, although it changes none of them. */
  readonly reads?: LocalReads;
  /** Values that a controller may ask for while a request is handled: what is said in the same step is not in them. */
  readonly asked?: LocalAsked;
  /** Reads the values of `keys` with one statement; keys without a value are left out. */
  load(sql: Sql, keys: readonly string[]): Promise<Map<string, Value>>;
  /** Returns the value after `event`; never changes `value` itself. Returning it as it was says that nothing is to be written. */
  fold(value: Value | undefined, event: Recorded<Event>): Value;
  /** Writes what has changed with one statement. */
  save(sql: Sql, changed: ReadonlyMap<string, Value>): Promise<void>;
}

/** Which values a fact is a reason to look at. */
export type LocalReads = {
  readonly on: readonly EventName[];
  keysOf(event: Recorded<AnyEvent>): readonly string[];
};

/** Which values a request is a reason to look at. */
export type LocalAsked = {
  readonly on: readonly CommandName[];
  keysOf(request: Requested<AnyCommand>): readonly string[];
};

/** A local model whose own types are closed over, as the runtime keeps it. */
export interface AnyLocalModel {
  readonly name: string;
  readonly hears: readonly EventName[];
  keyOf(event: Recorded<AnyEvent>): string;
  readonly reads?: LocalReads;
  readonly asked?: LocalAsked;
  load(sql: Sql, keys: readonly string[]): Promise<Map<string, unknown>>;
  fold(value: unknown, event: Recorded<AnyEvent>): unknown;
  save(sql: Sql, changed: ReadonlyMap<string, unknown>): Promise<void>;
}

/** What a controller may read: the values that its event has touched, or that the model `reads` for it or is `asked` for by it. */
export interface Local {
  get<Value, Event extends AnyEvent>(model: LocalModel<Value, Event>, key: string): Value | undefined;
}

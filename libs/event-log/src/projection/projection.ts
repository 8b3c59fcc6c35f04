import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';

/**
 * A row as a class that TypeORM's decorators describe: `@Entity` names the table, `@PrimaryColumn` the key. The runner
 * writes by that description and the read side reads by it, so that a table is described once.
 */
export type RowClass<Row extends object> = new () => Row;

/** A row as it is folded: a plain object with the columns of its class. */
export type Fields<Row extends object> = { readonly [Column in keyof Row]: Row[Column] };

/** The value of one key column; an instant in its one spelling. */
export type KeyValue = string | number | boolean;

/**
 * A read model: facts of one lane, folded into the rows of one table. `evolve` knows no clock, no chance and no query,
 * and it never says no to a fact. A read model over two lanes is a SQL view, for lanes have no common order.
 */
export interface Projection<Row extends object, Event extends AnyEvent> {
  readonly name: string;
  /** Raised when `evolve`, `keyOf` or `hears` change: the table must then be built from the log again. */
  readonly version: number;
  /** The service whose lane owns the table. */
  readonly lane: ServiceName;
  readonly row: RowClass<Row>;
  readonly hears: readonly Event['type'][];
  /** The values of the key columns, in the order in which the row declares them. */
  keyOf(event: Recorded<Event>): KeyValue | readonly KeyValue[];
  /** Returns the row after `event`, or null for no row. Never changes `row` itself; the same object means no change. */
  evolve(row: Fields<Row> | null, event: Recorded<Event>): Fields<Row> | null;
}

/** A projection whose own types are closed over, as the runner keeps it: it only ever hands one its own rows. */
export type AnyProjection = Projection<object, AnyEvent>;

/** One text per key. PostgreSQL's text cannot hold the separator, so two keys never share one. */
export const keyText = (key: KeyValue | readonly KeyValue[]): string =>
  typeof key === 'object' ? key.join('\u0000') : String(key);

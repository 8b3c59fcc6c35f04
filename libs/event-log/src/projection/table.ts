import { assert } from '@tocsin/domain-kit';
import { getMetadataArgsStorage } from 'typeorm';
import { arrayLiteral } from '../postgres/array-literal.ts';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';
import { snakeCase } from './naming.ts';
import { keyText, type KeyValue, type RowClass } from './projection.ts';

type Column = { readonly property: string; readonly name: string; readonly type: string; readonly isKey: boolean };

/** What a batch makes of a table: rows to write, and keys whose row is gone. */
export type Changes = { readonly rows: readonly object[]; readonly goneKeys: readonly (readonly KeyValue[])[] };

/**
 * The table of a row class, read and written a batch at a time. Given another name it is the same table built anew
 * beside the live one, which is how a rebuild will fill it before the two swap names.
 */
export class Table {
  readonly name: string;
  readonly #columns: readonly Column[];
  readonly #key: readonly Column[];
  readonly #loadText: string;
  readonly #allText: string;
  readonly #upsertText: string;
  readonly #deleteText: string;

  constructor(row: RowClass<object>, name?: string) {
    const described = getMetadataArgsStorage().tables.find(({ target }) => target === row);
    assert(described?.name !== undefined, `${row.name} is an @Entity that names its table`);
    this.name = name ?? described.name;
    this.#columns = columnsOf(row);
    this.#key = this.#columns.filter(({ isKey }) => isKey);
    assert(this.#key.length > 0, `${row.name} has a key`);

    const table = quoted(this.name);
    const key = listOf(this.#key);
    const all = listOf(this.#columns);
    const selected = this.#columns.map((column) => `t.${quoted(column.name)} AS ${quoted(column.property)}`).join(', ');
    const sameKey = this.#key.map(({ name: n }) => `t.${quoted(n)} = k.${quoted(n)}`).join(' AND ');
    const overwritten = this.#columns
      .filter(({ isKey }) => !isKey)
      .map(({ name: n }) => `${quoted(n)} = EXCLUDED.${quoted(n)}`);
    this.#loadText = `SELECT ${selected} FROM unnest(${arraysOf(this.#key)}) AS k(${key}) JOIN ${table} t ON ${sameKey}`;
    this.#allText = `SELECT ${selected} FROM ${table} t ORDER BY ${key}`;
    this.#deleteText = `DELETE FROM ${table} t USING unnest(${arraysOf(this.#key)}) AS k(${key}) WHERE ${sameKey}`;
    this.#upsertText = `INSERT INTO ${table} (${all}) SELECT * FROM unnest(${arraysOf(this.#columns)}) ON CONFLICT (${key}) DO ${
      overwritten.length > 0 ? `UPDATE SET ${overwritten.join(', ')}` : 'NOTHING'
    }`;
  }

  /** Reads the rows of `keys` with one statement, by the text of their key. */
  async load(sql: Sql, keys: readonly (readonly KeyValue[])[]): Promise<Map<string, object>> {
    const { rows } = await sql.query<object>(this.#loadText, keyArrays(this.#key, keys));
    return new Map(rows.map((row) => [this.keyTextOf(row), row]));
  }

  /** Writes a batch: one statement for its rows and, where rows are gone, one for those. */
  async write(sql: Sql, { rows, goneKeys }: Changes): Promise<void> {
    await together([
      goneKeys.length > 0 && sql.query(this.#deleteText, keyArrays(this.#key, goneKeys)),
      rows.length > 0 && this.#upsert(sql, rows),
    ]);
  }

  async #upsert(sql: Sql, rows: readonly object[]): Promise<void> {
    await sql.query(
      this.#upsertText,
      this.#columns.map(({ property, type }) =>
        arrayLiteral(
          rows.map((row) => fieldOf(row, property)),
          type === 'jsonb',
        ),
      ),
    );
  }

  /** Reads every row, in the order of the keys. */
  async all(sql: Sql): Promise<object[]> {
    return (await sql.query<object>(this.#allText)).rows;
  }

  keyTextOf(row: object): string {
    const [first, ...others] = this.#key;
    if (first && others.length === 0) return String(fieldOf(row, first.property));
    return keyText(this.#key.map(({ property }) => String(fieldOf(row, property))));
  }

  /**
   * Checks what `evolve` has made before it is written.
   * @throws {TypeError} when the row lacks a column, or moved to another key.
   */
  check(row: object, key: string): void {
    for (const { property } of this.#columns)
      if (fieldOf(row, property) === undefined)
        throw new TypeError(`a row of ${this.name} does not say what its ${property} is`);
    if (this.keyTextOf(row) !== key) throw new TypeError(`a row of ${this.name} has left its key`);
  }
}

function columnsOf(row: RowClass<object>): Column[] {
  return getMetadataArgsStorage()
    .filterColumns(row)
    .map(({ propertyName, options }) => {
      assert(typeof options.type === 'string', `${row.name}.${propertyName} says its PostgreSQL type`);
      return {
        property: propertyName,
        name: options.name ?? snakeCase(propertyName),
        type: options.type,
        isKey: options.primary === true,
      };
    });
}

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

const listOf = (columns: readonly Column[]): string => columns.map(({ name }) => quoted(name)).join(', ');

/** One array parameter per column: `$1::text[], $2::timestamptz[]`. */
const arraysOf = (columns: readonly Column[]): string =>
  columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');

const keyArrays = (columns: readonly Column[], keys: readonly (readonly KeyValue[])[]): string[] =>
  columns.map((_, index) => arrayLiteral(keys.map((key) => key[index])));

const fieldOf = (row: object, property: string): unknown => Reflect.get(row, property);

import type { LocalModel } from './local-model.ts';

/** A table of two columns: the keys of a local model, and their values as JSON. */
export type JsonTable = { readonly table: string; readonly key: string; readonly value: string };

/** How a local model reads and writes a table whose values are looked at only as a whole. */
export const keptAsJson = <Value>({ table, key, value }: JsonTable): Pick<LocalModel<Value>, 'load' | 'save'> => ({
  async load(sql, keys) {
    if (keys.length === 0) return new Map();
    const { rows } = await sql.query<{ key: string; value: Value }>(
      `SELECT ${key} AS key, ${value} AS value FROM ${table} WHERE ${key} = ANY ($1::text[])`,
      [keys],
    );
    return new Map(rows.map((row) => [row.key, row.value]));
  },

  async save(sql, changed) {
    if (changed.size === 0) return;
    await sql.query(
      `INSERT INTO ${table} (${key}, ${value}) SELECT * FROM unnest($1::text[], $2::jsonb[])
       ON CONFLICT (${key}) DO UPDATE SET ${value} = excluded.${value}`,
      [[...changed.keys()], [...changed.values()].map((each) => JSON.stringify(each))],
    );
  },
});

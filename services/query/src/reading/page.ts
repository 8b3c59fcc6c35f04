import { instant } from '@tocsin/domain-kit';
import { cursorOf, placeOf, type Place } from './cursor.ts';
import { Problem } from './problem.ts';
import { allOf, joined, sql, type SqlPiece } from './sql.ts';

/** A page of a list: how long, and where it goes on. */
export type Paging = { readonly limit: number; readonly cursor?: string };

/** A column that a list is sorted by, or its id, which comes last. Neither may ever change in a row. */
export type PlaceColumn = { readonly name: SqlPiece; readonly type: 'timestamptz' | 'text' };

/** A list, newest first. `fields` make one item of the row `r` of `table`. */
export type List = {
  readonly name: string;
  readonly table: SqlPiece;
  readonly fields: SqlPiece;
  readonly where: readonly (SqlPiece | undefined)[];
  readonly place: readonly PlaceColumn[];
};

/** A page as PostgreSQL wrote it: the items as JSON, the place of the last one, and whether there are more. */
export type PageRow = { readonly items: string; readonly place: string | null; readonly more: boolean };

/** The database knows no year 0. */
const RFC_3339 = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * Writes the statement that reads a page as one row: `items`, `place`, `more`. PostgreSQL builds the JSON, which is
 * twice as fast as building it here. A page goes on after a place, not after a count, so that rows which are inserted
 * meanwhile neither repeat nor hide any other.
 * @throws {Problem} when the cursor was not given by this list.
 */
export function pageOf({ name, table, fields, where, place }: List, { limit, cursor }: Paging): SqlPiece {
  const after = cursor === undefined ? undefined : afterPlace(place, readPlace(name, place, cursor));
  const newestFirst = joined(
    place.map((column) => sql`${column.name} DESC`),
    sql`, `,
  );
  return sql`
    SELECT coalesce(string_agg(p.item, ',' ORDER BY p.n) FILTER (WHERE p.n <= ${limit}::int), '') AS items,
           max(p.place) FILTER (WHERE p.n = ${limit}::int) AS place,
           count(*) > ${limit}::int AS more
    FROM (
      SELECT row_number() OVER (ORDER BY ${newestFirst}) AS n,
             json_build_array(${joined(place.map(textOf), sql`, `)})::text AS place,
             (SELECT row_to_json(item)::text FROM (SELECT ${fields}) AS item) AS item
      FROM (
        SELECT * FROM ${table} r WHERE ${allOf([...where, after])} ORDER BY ${newestFirst} LIMIT ${limit + 1}::int
      ) r
    ) p`;
}

/** The fields `items` and `next_cursor` of a body. */
export function pageFields(name: string, { items, place, more }: PageRow): string {
  const next = more && place !== null ? cursorOf(name, JSON.parse(place) as Place) : null;
  return `"items":[${items}],"next_cursor":${JSON.stringify(next)}`;
}

const textOf = ({ name, type }: PlaceColumn): SqlPiece => (type === 'timestamptz' ? sql`rfc3339(${name})` : name);

function afterPlace(columns: readonly PlaceColumn[], place: Place): SqlPiece {
  const names = joined(
    columns.map(({ name }) => name),
    sql`, `,
  );
  const values = joined(
    columns.map(({ type }, index) =>
      type === 'timestamptz' ? sql`${place[index]}::timestamptz` : sql`${place[index]}::text`,
    ),
    sql`, `,
  );
  return sql`(${names}) < (${values})`;
}

function readPlace(list: string, columns: readonly PlaceColumn[], cursor: string): Place {
  const place = placeOf(list, cursor, columns.length);
  const isPlace = place?.every((part, index) =>
    columns[index]?.type === 'timestamptz'
      ? RFC_3339.test(part) && !Number.isNaN(Date.parse(part)) && instant(part) === part
      : PRINTABLE.test(part),
  );
  if (place && isPlace) return place;
  throw new Problem('invalid-cursor', 'The cursor was not given by this list.', {
    errors: [{ pointer: '/query/cursor', detail: 'is no cursor of this list' }],
  });
}

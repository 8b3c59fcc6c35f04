import { allOf, joined, sql } from './sql.ts';

describe('a statement', () => {
  it('keeps values out of its text', () => {
    const name = `x'; DROP TABLE bar; --`;
    expect(sql`SELECT ${name} AS name, ${2}::int`.render()).toEqual({
      text: 'SELECT $1 AS name, $2::int',
      values: [name, 2],
    });
  });

  it('numbers the values of the pieces that are spliced into it', () => {
    const where = allOf([sql`a = ${1}`, undefined, sql`b IN (${joined([sql`${2}`, sql`${3}`], sql`, `)})`]);
    expect(sql`SELECT ${0} FROM t WHERE ${where} LIMIT ${4}`.render()).toEqual({
      text: 'SELECT $1 FROM t WHERE true AND a = $2 AND b IN ($3, $4) LIMIT $5',
      values: [0, 1, 2, 3, 4],
    });
  });
});

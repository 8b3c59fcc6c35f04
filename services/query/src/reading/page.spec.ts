import { cursorOf } from './cursor.ts';
import { pageOf } from './page.ts';
import { sql } from './sql.ts';

const list = {
  name: 'bars',
  table: sql`bar`,
  fields: sql`r.id`,
  where: [],
  place: [
    { name: sql`r.at`, type: 'timestamptz' },
    { name: sql`r.id`, type: 'text' },
  ],
} as const;
const pageAfter = (at: string, id = 'b-1') => pageOf(list, { limit: 2, cursor: cursorOf('bars', [at, id]) });

describe('a page of a list', () => {
  it('goes on after the place of a cursor', () => {
    expect(() => pageAfter('2014-05-06T10:00:00.000Z')).not.toThrow();
  });

  it.each([['yesterday'], ['2014-13-06T10:00:00.000Z'], ['0000-05-06T10:00:00.000Z'], ['2014-02-30T10:00:00.000Z']])(
    'does not go on after %s, which the database knows no moment by',
    (at) => {
      expect(() => pageAfter(at)).toThrow('not given by this list');
    },
  );

  it('does not go on after an id that is none', () => {
    expect(() => pageAfter('2014-05-06T10:00:00.000Z', 'a\u0000b')).toThrow('not given by this list');
  });
});

import { snakeCase, SnakeNaming } from './naming.ts';

describe('the name of a column', () => {
  it('is that of the property in snake case, unless the property says another', () => {
    expect(['pair', 'barCloseAt', 'missedInARow'].map(snakeCase)).toEqual(['pair', 'bar_close_at', 'missed_in_a_row']);
    expect(new SnakeNaming().columnName('barCloseAt', '', [])).toBe('bar_close_at');
    expect(new SnakeNaming().columnName('barCloseAt', 'closed', [])).toBe('closed');
  });
});

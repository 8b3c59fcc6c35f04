import { moment } from './parameters.ts';
import { statement } from './question.ts';

const { validate } = statement<{ readonly at: string }>({ properties: { at: moment('When.') } });

describe('a moment that somebody writes', () => {
  it.each([
    ['2026-01-01T12:00:00Z', true],
    ['2026-01-01t12:00:00.123456789+01:00', true],
    ['0001-01-01T00:00:00Z', true],
    ['9999-12-31T23:59:59.999Z', true],
    ['2026-02-30T12:00:00Z', false],
    ['2016-12-31T23:59:60Z', false],
    ['0000-06-01T00:00:00Z', false],
    ['0001-01-01T00:00:00+01:00', false],
    ['9999-12-31T23:59:59-01:00', false],
  ])('%s is one: %s', (at, isOne) => {
    expect(validate({ at })).toBe(isOne);
  });
});

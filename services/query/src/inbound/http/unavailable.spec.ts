import { isUnavailable } from './unavailable.ts';

const withCode = (code: string): Error => Object.assign(new Error('no'), { code });

describe('a database that is away', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '57P01', '57014', '53300'])('is known by %s', (code) => {
    expect(isUnavailable(withCode(code))).toBe(true);
    expect(isUnavailable(new Error('reading failed', { cause: withCode(code) }))).toBe(true);
    expect(isUnavailable(new AggregateError([withCode(code)]))).toBe(true);
  });

  it('is known by the driver’s own words where it has no code', () => {
    expect(isUnavailable(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isUnavailable(new Error('timeout exceeded when trying to connect'))).toBe(true);
  });

  it.each(['42P01', '22P02', '23505', 'ERR_ASSERTION'])('is not blamed for %s, which is our own mistake', (code) => {
    expect(isUnavailable(withCode(code))).toBe(false);
    expect(isUnavailable('a string')).toBe(false);
  });
});

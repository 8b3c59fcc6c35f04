import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-03-02T09:30:00.000Z');

describe('a Retry-After header', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Mon, 02 Mar 2026 09:31:00 GMT', 60_000],
    ['Monday, 02-Mar-26 09:31:00 GMT', 60_000],
    ['Mon, 02 Mar 2026 09:00:00 GMT', 0],
  ])('of %j asks for %d ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  it.each([null, '', 'soon', '-5', '1.5', '12 s'])('of %j asks for nothing', (header) => {
    expect(retryAfterMs(header, now)).toBeNull();
  });
});

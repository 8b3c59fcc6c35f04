import { durationMs } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['4h', 14_400_000],
    ['2d', 172_800_000],
    ['4', null],
    ['h', null],
    ['1h30m', null],
    ['-1h', null],
  ])('reads %s as %j', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});

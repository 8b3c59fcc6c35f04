import { RecentAlerts } from './recent-alerts.ts';

describe('an alert that comes again', () => {
  const MINUTE_MS = 60_000;

  it('is the same within a minute, whatever the clock’s minutes are', () => {
    const recent = new RecentAlerts();
    const first = recent.minuteOf('a', 10 * MINUTE_MS + 59_000);
    expect(recent.minuteOf('a', 11 * MINUTE_MS + 58_999)).toBe(first);
    expect(recent.minuteOf('a', 11 * MINUTE_MS + 59_000)).toBe(first + 1);
  });

  it('is another when its words are', () => {
    const recent = new RecentAlerts();
    expect([recent.minuteOf('a', 0), recent.minuteOf('b', MINUTE_MS), recent.minuteOf('a', MINUTE_MS)]).toEqual([
      0, 1, 1,
    ]);
  });

  it('is the same for an instance that has seen nothing yet, in the same minute of the clock', () => {
    expect(new RecentAlerts().minuteOf('a', 61_000)).toBe(new RecentAlerts().minuteOf('a', 119_000));
  });

  it('is not remembered beyond a bound, nor over a clock that was set back', () => {
    const recent = new RecentAlerts();
    for (let n = 0; n < 20_000; n += 1) recent.minuteOf(`${n}`, 5 * MINUTE_MS);
    expect(recent.minuteOf('0', 6 * MINUTE_MS - 1)).toBe(5);
    expect(recent.minuteOf('19999', 6 * MINUTE_MS - 1)).toBe(5);
    expect(recent.minuteOf('0', MINUTE_MS)).toBe(1);
  });
});

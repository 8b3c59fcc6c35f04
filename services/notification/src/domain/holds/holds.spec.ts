import { instant, type Instant } from '@tocsin/domain-kit';
import { quietUntil } from './quiet-hours.ts';
import { activeUntil, type Silence } from './silence.ts';

const silence = (from: string, until: string, every: Silence['every'] = null, zone = 'UTC'): Silence => ({
  silenceId: 's1',
  tenant: 'shared',
  matchers: [],
  from: instant(from),
  until: instant(until),
  every,
  zone,
});
const active = (one: Silence, at: string): Instant | null => activeUntil(one, instant(at));

describe('a silence', () => {
  const once = silence('2026-03-02T10:00:00Z', '2026-03-02T12:00:00Z');

  it.each([
    ['2026-03-02T09:59:59.999Z', null],
    ['2026-03-02T10:00:00Z', '2026-03-02T12:00:00.000Z'],
    ['2026-03-02T11:59:59.999Z', '2026-03-02T12:00:00.000Z'],
    ['2026-03-02T12:00:00Z', null],
  ])('at %s ends at %s', (at, until) => {
    expect(active(once, at)).toBe(until);
  });

  it.each([
    ['a day later', 'day', '2026-03-03T11:00:00Z', '2026-03-03T12:00:00.000Z'],
    ['before it began', 'day', '2026-03-01T11:00:00Z', null],
    ['on another day of the week', 'week', '2026-03-03T11:00:00Z', null],
    ['a year of weeks later', 'week', '2027-03-01T11:00:00Z', '2027-03-01T12:00:00.000Z'],
  ] as const)('that comes back is looked at %s', (_, every, at, until) => {
    expect(active({ ...once, every }, at)).toBe(until);
  });

  it('that comes back goes by the clocks of its zone', () => {
    // 22:00 to 02:00 in Berlin is 21:00 to 01:00 UTC in winter, and an hour earlier in summer.
    const nightly = silence('2026-03-27T21:00:00Z', '2026-03-28T01:00:00Z', 'day', 'Europe/Berlin');
    expect(active(nightly, '2026-03-28T20:30:00Z')).toBeNull();
    expect(active(nightly, '2026-03-28T21:30:00Z')).toBe('2026-03-29T01:00:00.000Z'); // Clocks skip 2:00 to 3:00.
    expect(active(nightly, '2026-03-29T20:30:00Z')).toBe('2026-03-30T00:00:00.000Z');
    expect(active(nightly, '2026-03-30T00:00:00Z')).toBeNull();
  });
});

describe('quiet hours', () => {
  const nights = {
    zone: 'Europe/Berlin',
    windows: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', to: '07:00' },
      { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
    ],
  } as const;
  const quiet = (at: string): Instant | null => quietUntil(nights, instant(at));

  it.each([
    ['on a Monday noon', '2026-03-02T11:00:00Z', null],
    ['on a Monday night', '2026-03-02T21:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['in the morning after', '2026-03-03T05:59:59Z', '2026-03-03T06:00:00.000Z'],
    ['at the end of the night', '2026-03-03T06:00:00Z', null],
    ['on a Friday night, through the weekend', '2026-03-06T21:30:00Z', '2026-03-08T23:00:00.000Z'],
  ])('%s', (_, at, until) => {
    expect(quiet(at)).toBe(until);
  });

  it('that never end are looked at again', () => {
    const always = {
      zone: 'UTC',
      windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }],
    } as const;
    expect(quietUntil(always, instant('2026-03-02T11:00:00Z'))).not.toBeNull();
  });

  it('of nobody are never', () => {
    expect(quietUntil({ zone: 'UTC', windows: [] }, instant('2026-03-02T11:00:00Z'))).toBeNull();
  });
});

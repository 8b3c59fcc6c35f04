import { instant } from '@tocsin/domain-kit';
import { silenceStateAt } from './silence-state.ts';

const at = (time: string) => instant(`2026-03-28T${time}:00.000Z`);
const once = { from: at('10:00'), until: at('12:00'), every: null, zone: 'UTC', expiredAt: null };

describe('a silence', () => {
  it.each([
    ['09:59', 'pending'],
    ['10:00', 'active'],
    ['11:59', 'active'],
    ['12:00', 'expired'],
  ])('for once is, at %s, %s', (time, state) => {
    expect(silenceStateAt(once, at(time))).toEqual({ state, window: { from: at('10:00'), until: at('12:00') } });
  });

  it('that a person ended is over from then on', () => {
    expect(silenceStateAt({ ...once, expiredAt: at('11:00') }, at('11:30'))).toEqual({
      ...{ state: 'expired', window: { from: at('10:00'), until: at('11:00') } },
    });
    expect(silenceStateAt({ ...once, expiredAt: at('09:00') }, at('11:30'))).toEqual({
      ...{ state: 'expired', window: { from: at('09:00'), until: at('09:00') } },
    });
  });

  it('that comes back is pending between its windows, at the same time by the clocks of its zone', () => {
    const daily = { ...once, every: 'day' as const, zone: 'Europe/Berlin' };
    // Clocks went forward in the night: 11:00 in Berlin is an hour earlier in UTC.
    expect(silenceStateAt(daily, at('12:00'))).toEqual({
      state: 'pending',
      window: { from: '2026-03-29T09:00:00.000Z', until: '2026-03-29T11:00:00.000Z' },
    });
    expect(silenceStateAt(daily, instant('2026-03-29T10:59:00.000Z')).state).toBe('active');
  });
});

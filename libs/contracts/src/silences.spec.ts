import { epochMs, instant, plusMs, TimeZone, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { isSilencedBy, silenceWindowFrom } from './silences.ts';

const HOUR_MS = 3_600_000;
const nightly = {
  from: instant('2026-03-02T01:00:00Z'),
  until: instant('2026-03-02T02:30:00Z'),
  every: 'day',
  zone: 'Europe/Berlin',
} as const;
const window = (from: string, until: string) => ({ from: instant(from), until: instant(until) });

describe('the window of a silence', () => {
  it('is the only one where it does not come back', () => {
    const once = { ...nightly, every: null };
    expect(silenceWindowFrom(once, instant('2026-03-01T00:00:00Z'))).toEqual(window(once.from, once.until));
    expect(silenceWindowFrom(once, once.until)).toBeNull();
    expect(
      [plusMs(once.from, -1), once.from, plusMs(once.until, -1), once.until].map((at) => isSilencedBy(once, at)),
    ).toEqual([false, true, true, false]);
  });

  it('comes back at the same time by the clocks of its zone, also after they were changed', () => {
    expect(silenceWindowFrom(nightly, instant('2026-03-05T12:00:00Z'))).toEqual(
      window('2026-03-06T01:00:00Z', '2026-03-06T02:30:00Z'),
    );
    expect(silenceWindowFrom(nightly, instant('2026-03-30T00:15:00Z'))).toEqual(
      window('2026-03-30T00:00:00Z', '2026-03-30T01:30:00Z'),
    );
    // On that night clocks go from 02:00 to 03:00: the window begins with the hour that is skipped.
    expect(silenceWindowFrom(nightly, instant('2026-03-29T00:30:00Z'))).toEqual(
      window('2026-03-29T01:00:00Z', '2026-03-29T02:30:00Z'),
    );
  });

  it('comes back on the same day of the week', () => {
    const weekly = { ...nightly, every: 'week' } as const;
    expect(silenceWindowFrom(weekly, nightly.until)).toEqual(window('2026-03-09T01:00:00Z', '2026-03-09T02:30:00Z'));
    expect(silenceWindowFrom(weekly, instant('2026-04-06T01:29:59Z'))).toEqual(
      window('2026-04-06T00:00:00Z', '2026-04-06T01:30:00Z'),
    );
  });

  it('lasts at the moment that it is asked for or comes after it, and shows the same time as the first', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
    const moments = fc
      .integer({ min: 0, max: 3 * 366 * 24 * 60 })
      .map((minutes) => plusMs(nightly.from, minutes * 60_000));
    fc.assert(
      fc.property(zones, moments, moments, fc.integer({ min: 1, max: 20 }), (zone, from, later, hours) => {
        const silence = { from, until: plusMs(from, hours * HOUR_MS), every: 'day', zone } as const;
        const at: Instant = plusMs(from, epochMs(later) - epochMs(nightly.from));
        const next = silenceWindowFrom(silence, at);
        expect(next !== null && at < next.until).toBe(true);
        if (next === null) return;
        expect(epochMs(next.until) - epochMs(next.from)).toBe(hours * HOUR_MS);
        const clocks = new TimeZone(zone);
        const wallMs = (moment: Instant) => clocks.wallMsOf(epochMs(moment)) % (24 * HOUR_MS);
        // An hour that is skipped, or there twice, is the only excuse.
        const offMs = Math.abs(wallMs(next.from) - wallMs(from));
        expect(Math.min(offMs, 24 * HOUR_MS - offMs)).toBeLessThanOrEqual(HOUR_MS);
        // Nothing is left out between the moment and the window.
        expect(epochMs(next.from) - epochMs(at)).toBeLessThanOrEqual(25 * HOUR_MS);
      }),
    );
  });
});

import type { Colour } from '@tocsin/contracts';
import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { cadence, MINUTE_MS } from '../../test/freshness-words.ts';
import { nominalBarMs } from './bar-grid.ts';
import { dayOf } from './calendars/calendar-day.ts';
import { fx24x5 } from './calendars/fx-24x5.ts';
import { roundTheClock } from './calendars/round-the-clock.ts';
import { xnys } from './calendars/xnys.ts';
import { judge, nextChangeAt } from './freshness.ts';

const RANK: Readonly<Record<Colour, number>> = { GREEN: 0, AMBER: 1, RED: 2 };

describe('freshness', () => {
  const cadences = [
    cadence(fx24x5, '15m'),
    cadence(xnys, '1d'),
    cadence(roundTheClock, '1h'),
    cadence(xnys, '5m'),
    cadence(fx24x5, '4h'),
  ].map((feed) => [`${feed.calendar.id} ${feed.timeframe}`, feed] as const);
  const moment = fc.integer({ min: dayOf('1999-06-01'), max: dayOf('2026-06-01') }).map((ms) => instant(ms));
  const colour = fc.constantFrom<Colour>('GREEN', 'AMBER', 'RED');
  const later = fc.integer({ min: 0, max: 5 * 24 * 60 * MINUTE_MS });

  it.each(cadences)(
    'T-3: x is monotone in now while the market is open, and constant while it is closed (%s)',
    (_name, feed) => {
      const x = (closeAt: Instant, now: Instant): number =>
        judge(feed, { barCloseAt: closeAt, colour: 'RED' }, now).ratio ?? Number.NaN;
      fc.assert(
        fc.property(moment, later, fc.integer({ min: 1, max: 20 * 60 * MINUTE_MS }), (closeAt, ms, step) => {
          const [now, then] = [plusMs(closeAt, ms), plusMs(closeAt, ms + step)];
          const { calendar, timeframe } = feed;
          expect(x(closeAt, then)).toBeGreaterThanOrEqual(x(closeAt, now));
          const opens = calendar.isOpen(now) ? now : calendar.nextOpen(now);
          if (opens !== null && opens >= then) expect(x(closeAt, then)).toBe(x(closeAt, now));
          const closes = calendar.isOpen(now) ? calendar.nextClose(now) : now;
          if (closes === null || closes >= then) {
            expect(x(closeAt, then) - x(closeAt, now)).toBeCloseTo(step / nominalBarMs(calendar, timeframe), 9);
          }
        }),
      );
    },
  );

  it.each(cadences)('changes by itself exactly when it says that it will (%s)', (_name, feed) => {
    const judged = (closeAt: Instant, colour: Colour, now: Instant): unknown => {
      const { colour: next, marketState } = judge(feed, { barCloseAt: closeAt, colour }, now);
      return { colour: next, marketState };
    };
    fc.assert(
      fc.property(moment, later, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (closeAt, ms, part) => {
        const now = plusMs(closeAt, ms);
        const { colour } = judge(feed, { barCloseAt: closeAt, colour: 'GREEN' }, now);
        const next = nextChangeAt(feed, { barCloseAt: closeAt, colour }, now);
        if (next === null) {
          expect([feed.calendar.id, colour]).toEqual(['24x7', 'RED']); // Nothing is worse, and nothing closes.
          return;
        }
        const before = plusMs(now, Math.floor(part * (epochMs(next) - epochMs(now))));
        expect(next > now).toBe(true);
        expect(judged(closeAt, colour, before)).toEqual(judged(closeAt, colour, now));
        expect(judged(closeAt, colour, plusMs(next, -1))).toEqual(judged(closeAt, colour, now));
        expect(judged(closeAt, colour, next)).not.toEqual(judged(closeAt, colour, now));
      }),
    );
  });

  it.each(cadences)('keeps any colour between a bar in flight and 1.5, and no colour beyond (%s)', (_name, feed) => {
    const inFlight = feed.timeframe === '1d' ? 1 : 1 + feed.feedLatencyMs / nominalBarMs(feed.calendar, feed.timeframe);
    fc.assert(
      fc.property(moment, later, colour, (closeAt, ms, kept) => {
        const now = plusMs(closeAt, ms);
        const { colour: next, ratio, isFresh } = judge(feed, { barCloseAt: closeAt, colour: kept }, now);
        const x = ratio ?? Number.NaN;
        expect(isFresh).toBe(x <= inFlight);
        if (x <= inFlight) expect(next).toBe('GREEN');
        else if (x <= 1.5) expect(next).toBe(kept);
        else expect(next === kept || next === (x < 3 ? 'AMBER' : 'RED')).toBe(true);
      }),
    );
  });

  it.each(cadences)(
    'never gets worse while the market is closed, nor within min(C, 15 min) of an opening (%s)',
    (_name, feed) => {
      const { calendar, timeframe } = feed;
      const graceMs = Math.min(nominalBarMs(calendar, timeframe), 15 * MINUTE_MS);
      fc.assert(
        fc.property(moment, later, colour, (closeAt, ms, kept) => {
          const now = plusMs(closeAt, ms);
          const since = calendar.openSince(now);
          const isGraced = !calendar.isOpen(now) || (since !== null && epochMs(now) - epochMs(since) < graceMs);
          const { colour: next, ratio } = judge(feed, { barCloseAt: closeAt, colour: kept }, now);
          if (isGraced) expect(RANK[next]).toBeLessThanOrEqual(RANK[kept]);
          else if ((ratio ?? 0) >= 3) expect(next).toBe('RED');
        }),
      );
    },
  );

  it.each(cadences)('is never better by an older bar than by a newer one, unless RED was kept (%s)', (_name, feed) => {
    fc.assert(
      fc.property(moment, later, later, colour, (closeAt, newerMs, ms, kept) => {
        const newer = plusMs(closeAt, newerMs);
        const now = plusMs(newer, ms);
        const by = (barCloseAt: Instant) => judge(feed, { barCloseAt, colour: kept }, now);
        // RED is kept up to 1.5, while between 1.5 and 3 an age is AMBER by itself: there alone the older bar looks better.
        const isKeptRed = kept === 'RED' && by(newer).colour === 'RED' && (by(newer).ratio ?? 0) <= 1.5;
        if (!isKeptRed) expect(RANK[by(closeAt).colour]).toBeGreaterThanOrEqual(RANK[by(newer).colour]);
        expect(by(closeAt).ratio).toBeGreaterThanOrEqual(by(newer).ratio ?? Number.NaN);
        expect(by(closeAt).isFresh && !by(newer).isFresh).toBe(false);
      }),
    );
  });

  it.each(cadences)('is RED without any bar, and changes only when the market does (%s)', (_name, feed) => {
    const { calendar } = feed;
    fc.assert(
      fc.property(moment, colour, (now, kept) => {
        const known = { barCloseAt: null, colour: kept };
        expect(judge(feed, known, now)).toEqual({
          colour: 'RED',
          ratio: null,
          marketState: calendar.isOpen(now) ? 'OPEN' : 'CLOSED',
          isFresh: false,
        });
        expect(nextChangeAt(feed, known, now)).toBe(
          calendar.isOpen(now) ? calendar.nextClose(now) : calendar.nextOpen(now),
        );
      }),
    );
  });
});

import { epochMs, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { DAY_MS } from '../../../domain/calendars/calendar-day.ts';
import type { Calendar, Session } from '../../../domain/calendars/calendar.ts';
import { newYorkInstant } from '../../../domain/calendars/new-york.ts';
import { roundTheClock } from '../../../domain/calendars/round-the-clock.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';
import { completeBars, openAtOf } from '../complete-bars.ts';
import { at, isArray, readJson, textOf, writeJson, type Json } from '../json.ts';
import type { Reading } from '../paged.adapter.ts';
import { failed, garbage } from '../sorting.ts';

/** `DELAYED` is what plans without real-time data are told; its bars are as good. */
const FINE = new Set(['OK', 'DELAYED']);

/**
 * Reads one page of aggregates: `{status, resultsCount, next_url?, results: [{t, o, h, l, c, v, …}]}`, `t` in milliseconds.
 * Where there are no bars there are no results either.
 */
export function readPolygon(text: string, asked: BarsAsked): Reading {
  const told = readJson(text);
  const status = textOf(at(told, 'status'));
  if (status === '') return garbage(text);
  if (!FINE.has(status)) return sorted(status, textOf(at(told, 'error') ?? at(told, 'message')));
  const results = at(told, 'results') ?? (Number(textOf(at(told, 'resultsCount'))) === 0 ? [] : null);
  const next = textOf(at(told, 'next_url'));
  if (!isArray(results) || !URL.canParse(next, 'https://polygon')) return garbage(text);
  const bars = results.map((row) => barIn(row, asked)).filter(({ openAt }) => isInHours(openAt, asked));
  return { kind: 'bars', bars: completeBars(bars, asked), more: next === '' ? null : next };
}

/** A key that is not known, or a plan without these bars, stays so; too many requests pass, and what else may. */
function sorted(status: string, words: string): Reading {
  const message = `polygon says: ${status} ${words}`;
  if (/exceeded the maximum requests/i.test(words)) return failed('RATE_LIMITED', message);
  return failed(status === 'ERROR' && !/api ?key/i.test(words) ? 'PROVIDER_ERROR' : 'REFUSED', message);
}

const barIn = (row: Json, { symbol, calendar, timeframe }: BarsAsked): CandidateBar => {
  const startsAt = openAtOf(at(row, 't'), 1, { calendar: roundTheClock, timeframe });
  return {
    openAt: startsAt !== null && timeframe === '1d' ? dayOpenAt(startsAt, calendar) : startsAt,
    open: textOf(at(row, 'o')),
    high: textOf(at(row, 'h')),
    low: textOf(at(row, 'l')),
    close: textOf(at(row, 'c')),
    volume: textOf(at(row, 'v') ?? (isIndex(symbol) ? '0' : null)),
    revision: 0,
    raw: writeJson(row),
  };
};

/** Nobody trades an index, such as `I:SPX`. */
const isIndex = (symbol: string): boolean => symbol.startsWith('I:');

/**
 * A day of shares starts at midnight in New York, one of coins or currencies at midnight UTC. It is the bar of the trading
 * day whose hours lie within; an FX day, from 17:00 to 17:00, does not, and nothing is made of such a bar but what it is.
 */
function dayOpenAt(startsAt: Instant, calendar: Calendar): Instant {
  if (!midnightsOf(startsAt).includes(startsAt) || !calendar.covers(startsAt)) return startsAt;
  const day = calendar.tradingDayFrom(startsAt);
  return isWithin(day, startsAt) ? day.openAt : startsAt;
}

/** Whether the trading days of a market, of which `day` is one, can be told as days of the clock. */
export const dayFits = ({ openAt, closeAt }: Session): boolean =>
  [openAt, closeAt].some((edge) => midnightsOf(edge).some((startsAt) => isWithin({ openAt, closeAt }, startsAt)));

const isWithin = ({ openAt, closeAt }: Pick<Session, 'openAt' | 'closeAt'>, startsAt: Instant): boolean =>
  openAt >= startsAt && closeAt <= plusMs(startsAt, DAY_MS);

/** The midnights of the day that `moment` has in UTC, in UTC and in New York. */
function midnightsOf(moment: Instant): readonly Instant[] {
  const day = Math.floor(epochMs(moment) / DAY_MS) * DAY_MS;
  return [instant(day), newYorkInstant(day, '00:00')];
}

/** Trades before the opening and after the close make bars too; they are not of the market that was asked about. */
const isInHours = (openAt: Instant | null, { calendar, timeframe }: BarsAsked): boolean =>
  openAt === null || timeframe === '1d' || !calendar.covers(openAt) || calendar.isOpen(openAt);

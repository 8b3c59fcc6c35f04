import type { Colour, MarketState } from '@tocsin/contracts';
import { earlierOf, laterOf, plusMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import type { Calendar } from './calendars/calendar.ts';

/** What the age of a bar is measured against. */
export type Cadence = {
  readonly calendar: Calendar;
  readonly timeframe: Timeframe;
  /** `g`: how long after its close a bar may normally be on its way. */
  readonly feedLatencyMs: number;
};

/** What is known about a feed when its freshness is judged. */
export type Known = {
  /** The close of the newest complete bar; null when there never was one. */
  readonly barCloseAt: Instant | null;
  /** The colour so far. */
  readonly colour: Colour;
};

export type Judgement = {
  readonly colour: Colour;
  /** Bar lengths of market time since the newest bar closed (`x`); null when there never was a bar. */
  readonly ratio: number | null;
  readonly marketState: MarketState;
  /** Whether the age alone makes the pair GREEN, rather than a colour that is kept. */
  readonly isFresh: boolean;
};

/** Above this many bar lengths a pair is AMBER. Up to it, from 1 on, its colour is kept: a bar may be in flight. */
const AMBER_ABOVE = 1.5;

/** From this many bar lengths on a pair is RED. */
const RED_FROM = 3;

/** After an opening the colour may not get worse for this long, or for one bar where that is shorter. */
const OPENING_GRACE_MS = 15 * 60_000;

/** A close further ahead of the clock than this is an error of the data. */
export const CLOCK_SKEW_MS = 5_000;

const RANK: Readonly<Record<Colour, number>> = { GREEN: 0, AMBER: 1, RED: 2 };

const isIntraday = ({ timeframe }: Cadence): boolean => timeframe !== '1d';

/** The greatest age, in market milliseconds, at which a pair is GREEN by age alone. */
const freshUpToMs = (cadence: Cadence): number =>
  nominalBarMs(cadence.calendar, cadence.timeframe) + (isIntraday(cadence) ? cadence.feedLatencyMs : 0);

/** Source: ingestion, section 6.1. */
function colourByAge(cadence: Cadence, ageMs: number, kept: Colour): Colour {
  const barMs = nominalBarMs(cadence.calendar, cadence.timeframe);
  if (ageMs <= freshUpToMs(cadence)) return 'GREEN';
  if (ageMs <= AMBER_ABOVE * barMs) return kept;
  return ageMs < RED_FROM * barMs ? 'AMBER' : 'RED';
}

const openingGraceMs = ({ calendar, timeframe }: Cadence): number =>
  Math.min(nominalBarMs(calendar, timeframe), OPENING_GRACE_MS);

/** Whether a colour may get worse: the market is open, and not only just. */
function mayWorsen(cadence: Cadence, at: Instant): boolean {
  const { calendar } = cadence;
  if (!calendar.isOpen(at)) return false;
  const since = calendar.openSince(at);
  return since === null || at >= plusMs(since, openingGraceMs(cadence));
}

/** Judges how fresh a feed is at `at`. A pure function: the same bar, colour and moment give the same judgement. */
export function judge(cadence: Cadence, { barCloseAt, colour }: Known, at: Instant): Judgement {
  const { calendar, timeframe } = cadence;
  const marketState = calendar.isOpen(at) ? 'OPEN' : 'CLOSED';
  if (barCloseAt === null) return { colour: 'RED', ratio: null, marketState, isFresh: false };

  const ageMs = calendar.marketMs(barCloseAt, at);
  const byAge = colourByAge(cadence, ageMs, colour);
  const isKept = RANK[byAge] > RANK[colour] && !mayWorsen(cadence, at);
  return {
    colour: isKept ? colour : byAge,
    ratio: ageMs / nominalBarMs(calendar, timeframe),
    marketState,
    isFresh: ageMs <= freshUpToMs(cadence),
  };
}

/** The first moment, not before `at`, from which an age of at least `ageMs` may show in the colour. */
function mayShowFrom(cadence: Cadence, barCloseAt: Instant, ageMs: number, at: Instant): Instant {
  const { calendar } = cadence;
  let reachedAt = laterOf(at, calendar.afterMarketMs(barCloseAt, ageMs));
  // A stretch of opening hours shorter than the grace never shows anything: hence a loop, which ends at the first longer one.
  while (!mayWorsen(cadence, reachedAt)) {
    const openedAt = calendar.openSince(reachedAt) ?? calendar.nextOpen(reachedAt);
    if (openedAt === null) return reachedAt;
    const graceEndsAt = laterOf(reachedAt, plusMs(openedAt, openingGraceMs(cadence)));
    reachedAt = calendar.isOpen(graceEndsAt) ? graceEndsAt : (calendar.nextOpen(graceEndsAt) ?? graceEndsAt);
  }
  return reachedAt;
}

/**
 * The moment at which the judgement of a feed next changes by itself, without a bar: its colour gets worse, or its
 * market opens or closes. `at` is when it was last judged. Null when nothing will ever change.
 */
export function nextChangeAt(cadence: Cadence, { barCloseAt, colour }: Known, at: Instant): Instant | null {
  const { calendar, timeframe } = cadence;
  const market = calendar.isOpen(at) ? calendar.nextClose(at) : calendar.nextOpen(at);
  if (barCloseAt === null || colour === 'RED') return market;
  const barMs = nominalBarMs(calendar, timeframe);
  // AMBER begins above its limit: one millisecond, the grain of this clock, later.
  const ageMs = colour === 'GREEN' ? AMBER_ABOVE * barMs + 1 : RED_FROM * barMs;
  const worse = mayShowFrom(cadence, barCloseAt, ageMs, at);
  return market === null ? worse : earlierOf(market, worse);
}

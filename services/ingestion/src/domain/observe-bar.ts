import type { BarClosed, BarReleased, BarRevised, GapFilled, GapFound } from '@tocsin/contracts';
import { laterOf, type Instant } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import type { ToldBar, ValidBar } from './candidate-bar.ts';
import { changed } from './colour.ts';
import type { ObserveBar } from './feed.commands.ts';
import { editionOf, evolveAll, evolveKnown } from './feed.memory.ts';
import {
  cadenceOf,
  named,
  heardCloseOf,
  newestBarOf,
  type Calendars,
  type KnownFeed,
  type KnownFeedEvent,
  type Suspect,
} from './feed.ts';
import { judge, type Cadence } from './freshness.ts';
import { FLAT_BARS, isFlat } from './flat.ts';
import { gapBetween, isWithin, type Gap } from './gap.ts';
import { inspectBar, type Violation } from './rules/inspect-bar.ts';
import { isRefused, putAside } from './put-aside.ts';
import { isSpike, sigmaOf, sigmasBetween } from './spike.ts';

type Observed = ObserveBar['data'];

/** What a bar that was told leads to: it closes, revises, fills a gap, is put aside, or is no news. */
export function observeBar(observed: Observed, feed: KnownFeed, calendars: Calendars): readonly KnownFeedEvent[] {
  const { bar: candidate, provider, at } = observed;
  const cadence = cadenceOf(feed.definition, calendars);
  const inspection = inspectBar(candidate, { ...cadence, now: at });
  if (provider !== feed.provider)
    return inspection.verdict === 'valid' ? observeSecond(observed, inspection.bar, feed, cadence) : [];
  if (inspection.verdict === 'quarantined') return putAside(observed, inspection, null, feed, cadence);
  const { bar } = inspection;
  const known = feed.recent.find(({ openAt }) => openAt === bar.openAt);
  if (known !== undefined) return tellAgain(observed, bar, known, feed, cadence);
  const newest = newestBarOf(feed);
  if (newest !== null && bar.openAt < newest.openAt) return fillGap(observed, bar, feed, cadence);
  return tellNew(observed, bar, feed, cadence);
}

/** A bar that is known already: the same again is no news, other numbers are a new edition. */
function tellAgain(
  observed: Observed,
  bar: ValidBar,
  known: KnownFeed['recent'][number],
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  const isOlderEdition = bar.revision > 0 && bar.revision <= known.revision;
  if (known.digest === editionOf(bar) || isOlderEdition) return [];
  const far = farFromMarket(observed, bar, feed, cadence);
  if (far !== null) return far;
  const { definition } = feed;
  const revised: BarRevised = {
    type: 'BarRevised',
    data: {
      ...named(feed, observed.provider),
      simulated: definition.simulated,
      ...bar,
      revision: Math.max(bar.revision, known.revision + 1),
      volumeKind: definition.volumeKind,
      receivedAt: observed.at,
    },
  };
  return [revised];
}

/** A bar from before the newest: it belongs to a gap that is looked after, or comes too late to be placed. */
function fillGap(observed: Observed, bar: ValidBar, feed: KnownFeed, cadence: Cadence): readonly KnownFeedEvent[] {
  const newest = newestBarOf(feed)?.openAt ?? bar.openAt;
  if (!feed.gaps.some((gap) => isWithin(gap, bar.openAt, bar.closeAt))) {
    const detail = `the bar of ${bar.openAt} came after that of ${newest}`;
    return putAside(observed, { reason: 'OUT_OF_ORDER', detail }, null, feed, cadence);
  }
  if (isRefused(feed, observed.bar)) return [];
  const far = farFromMarket(observed, bar, feed, cadence);
  if (far !== null) return far;
  const closed = closedBar(observed, bar, feed, cadence, true);
  return [closed, ...filled(evolveKnown(feed, closed), observed.at)];
}

/** What a second provider tells is heard where it fills a gap, or confirms a bar that was put aside. */
function observeSecond(
  observed: Observed,
  bar: ValidBar,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  const isKnown = feed.recent.some(({ openAt }) => openAt === bar.openAt);
  const isMissing = !isKnown && feed.gaps.some((gap) => isWithin(gap, bar.openAt, bar.closeAt));
  return isMissing
    ? fillGap(observed, bar, feed, cadence)
    : confirmBySecond(bar, observed.provider, observed.at, feed, cadence);
}

/** A gap whose last bar has come is settled. */
const filled = (feed: KnownFeed, at: Instant): readonly GapFilled[] =>
  feed.gaps.filter(({ bars, came }) => came >= bars).map((gap) => gapFilled(feed, gap, at));

/** Says that nobody asks for the bars of a gap any more. */
export const gapFilled = (feed: KnownFeed, { fromAt, toAt, bars, came }: Gap, at: Instant): GapFilled => ({
  type: 'GapFilled',
  data: { ...named(feed), fromAt, toAt, bars: came, missing: Math.max(0, bars - came), at },
});

/** What is far from where the market is would be as wrong in every window as a new bar there; null when it is not. */
function farFromMarket(
  observed: Observed,
  bar: ValidBar,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] | null {
  const sigma = deviationTo(bar, feed, cadence);
  const newestClose = feed.closes.at(-1);
  if (sigma === null || newestClose === undefined || !isSpike(newestClose, Number(bar.close), sigma)) return null;
  return putAside(observed, spikeOf(bar, newestClose, sigma), null, feed, cadence);
}

/**
 * The standard deviation of the move between a bar and the newest one; null when there are too few returns to tell. It
 * grows with the root of the bars between, so that a market that moved on during a gap is not taken for an error.
 */
function deviationTo({ closeAt }: ValidBar, feed: KnownFeed, { calendar, timeframe }: Cadence): number | null {
  const sigma = sigmaOf(feed.closes);
  const newest = newestBarOf(feed);
  if (sigma === null || newest === null) return null;
  const [from, to] = closeAt < newest.closeAt ? [closeAt, newest.closeAt] : [newest.closeAt, closeAt];
  return sigma * Math.sqrt(Math.max(1, calendar.marketMs(from, to) / nominalBarMs(calendar, timeframe)));
}

function tellNew(observed: Observed, bar: ValidBar, feed: KnownFeed, cadence: Cadence): readonly KnownFeedEvent[] {
  const lastClose = feed.closes.at(-1);
  const sigma = deviationTo(bar, feed, cadence);
  if (sigma === null || lastClose === undefined) return closeNew(observed, bar, feed, cadence);
  const close = Number(bar.close);
  const { suspect } = feed;
  if (suspect !== null && suspect.openAt < bar.openAt && !isSpike(Number(suspect.bar.close), close, sigma)) {
    const released = release(suspect, 'NEXT_BAR', close, sigma, observed.at, feed, cadence);
    return [...released, ...closeNew(observed, bar, evolveAll(feed, released), cadence)];
  }
  if (!isSpike(lastClose, close, sigma)) return closeNew(observed, bar, feed, cadence);
  return suspectNew(observed, spikeOf(bar, lastClose, sigma), bar, feed, cadence);
}

/** A bar that is held back as a spike has come all the same: the pair is no less fresh, its level is in question. */
function suspectNew(
  observed: Observed,
  violation: Violation,
  bar: ValidBar,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  const facts = putAside(observed, violation, toldOf(bar), feed, cadence);
  const judgement = judge(cadence, { barCloseAt: bar.closeAt, colour: feed.colour }, observed.at);
  return facts.length === 0 ? [] : [...facts, ...changed(evolveAll(feed, facts), judgement, observed.at, 'BAR')];
}

/** A bar that becomes the newest one, unless it is one flat bar too many. */
function closeNew(observed: Observed, bar: ValidBar, feed: KnownFeed, cadence: Cadence): readonly KnownFeedEvent[] {
  if (isFlat(bar) && Number(bar.close) === feed.closes.at(-1) && feed.flatInARow >= FLAT_BARS - 1) {
    const detail = `${FLAT_BARS} bars or more in a row show ${bar.close} and no volume`;
    return putAside(observed, { reason: 'FLAT', detail }, null, feed, cadence);
  }
  const found = gapBefore(bar, observed.at, feed, cadence);
  const backfill = bar.closeAt <= feed.beganAt;
  const closed = closedBar(observed, bar, feed, cadence, backfill);
  const judgement = judge(cadence, { barCloseAt: bar.closeAt, colour: feed.colour }, observed.at);
  return [...found, closed, ...changed(evolveKnown(feed, closed), judgement, observed.at, 'BAR')];
}

function gapBefore(bar: ValidBar, at: Instant, feed: KnownFeed, cadence: Cadence): readonly GapFound[] {
  const newest = newestBarOf(feed);
  const gap = newest === null ? null : gapBetween(cadence, newest.closeAt, bar.openAt);
  return gap === null ? [] : [{ type: 'GapFound', data: { ...named(feed), ...gap, at } }];
}

/** A new edition of an older bar, or one that fills a gap, never makes a feed fresher: its newest bar is what is judged. */
function closedBar(
  { provider, at }: Pick<Observed, 'provider' | 'at'>,
  bar: ValidBar,
  feed: KnownFeed,
  cadence: Cadence,
  backfill: boolean,
  mayBeNewest = true,
): BarClosed {
  const { definition } = feed;
  const newest = newestBarOf(feed);
  const isNewest = newest === null || bar.openAt > newest.openAt;
  const heardUpTo = heardCloseOf(feed);
  const barCloseAt = heardUpTo === null ? bar.closeAt : laterOf(heardUpTo, bar.closeAt);
  const { colour, ratio, marketState, isFresh } = judge(cadence, { barCloseAt, colour: feed.colour }, at);
  const schedulable = isNewest && mayBeNewest && !backfill && isFresh;
  return {
    type: 'BarClosed',
    data: {
      ...named(feed, provider),
      simulated: definition.simulated,
      ...bar,
      volumeKind: definition.volumeKind,
      backfill,
      freshness: { colour, ratio, schedulable, evaluatedAt: at, marketState },
      receivedAt: at,
    },
  };
}

const toldOf = ({ closeAt, open, high, low, close, volume, revision }: ValidBar): ToldBar => ({
  closeAt,
  open,
  high,
  low,
  close,
  volume,
  revision,
});

function spikeOf(bar: ValidBar, from: number, sigma: number): Violation {
  const sigmas = sigmasBetween(from, Number(bar.close), sigma).toFixed(1);
  const detail = `close ${bar.close} is ${sigmas} standard deviations of the last 20 returns away from ${from}`;
  return { reason: 'SPIKE', detail };
}

/**
 * A spike that was right after all becomes the bar that it was told as. Confirmed by a second provider it may be analysed;
 * confirmed by the next bar it is not the newest any more.
 */
function release(
  suspect: Suspect,
  confirmedBy: BarReleased['data']['confirmedBy'],
  close: number,
  sigma: number,
  at: Instant,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  const { provider, openAt, bar } = suspect;
  const sigmas = sigmasBetween(Number(bar.close), close, sigma).toFixed(1);
  const released: BarReleased = {
    type: 'BarReleased',
    data: {
      ...named(feed, provider),
      openAt,
      confirmedBy,
      detail: `close ${close} lies ${sigmas} standard deviations from ${bar.close}`,
      at,
    },
  };
  const told = { openAt, ...bar };
  const found = gapBefore(told, at, feed, cadence);
  const isSecond = confirmedBy === 'SECOND_PROVIDER';
  const closed = closedBar({ provider, at }, told, feed, cadence, openAt < feed.beganAt, isSecond);
  const judgement = judge(cadence, { barCloseAt: told.closeAt, colour: feed.colour }, at);
  return [released, ...found, closed, ...(isSecond ? changed(evolveKnown(feed, closed), judgement, at, 'BAR') : [])];
}

/** Another provider tells the bar that was put aside: where it shows the same level, the level is right. */
function confirmBySecond(
  bar: ValidBar,
  provider: string,
  at: Instant,
  feed: KnownFeed,
  cadence: Cadence,
): readonly KnownFeedEvent[] {
  const { suspect } = feed;
  const sigma = sigmaOf(feed.closes);
  if (suspect === null || sigma === null || suspect.provider === provider || suspect.openAt !== bar.openAt) return [];
  const close = Number(bar.close);
  return isSpike(Number(suspect.bar.close), close, sigma)
    ? []
    : release(suspect, 'SECOND_PROVIDER', close, sigma, at, feed, cadence);
}

import type { Instant } from '@tocsin/domain-kit';
import { counted, NOTHING_COUNTED, type Tally } from './tally.ts';
import { isBad, isGraver, type Verdict } from './verdict.ts';

/** The verdict on one bar, and the facts that it rests on. */
export interface JudgedBar {
  readonly barCloseAt: Instant;
  readonly verdict: Verdict;
  readonly causeEventIds: readonly string[];
}

/** The newest bars of a pair one by one, and of all bars before them only the sum. */
export interface BarRecord {
  /** Oldest first, one per bar, at most `BARS_KEPT`. */
  readonly kept: readonly (JudgedBar & { readonly hasRaised: boolean })[];
  readonly before: { readonly upTo: Instant; readonly tally: Tally } | null;
}

/** A verdict may come late, or be overruled, as long as its bar is among so many newest ones. */
export const BARS_KEPT = 8;

export const EMPTY_RECORD: BarRecord = { kept: [], before: null };

/** The tally of everything on record, in bar order, whatever order it was heard in. */
export const tallyOf = ({ kept, before }: BarRecord): Tally =>
  kept.reduce((tally, { verdict }) => counted(tally, verdict), before?.tally ?? NOTHING_COUNTED);

/** Tells whether `bar` says anything that the record does not know: it is new or graver, and not too old to be placed. */
export function isNews({ kept, before }: BarRecord, bar: JudgedBar): boolean {
  if (before !== null && bar.barCloseAt <= before.upTo) return false;
  const known = kept.find(({ barCloseAt }) => barCloseAt === bar.barCloseAt);
  return known === undefined || isGraver(bar.verdict, known.verdict);
}

/** The record with `bar` in its place; the oldest bar goes into the sum when there are too many. */
export function withBar({ kept, before }: BarRecord, bar: JudgedBar): BarRecord {
  const known = kept.find(({ barCloseAt }) => barCloseAt === bar.barCloseAt);
  const others = kept.filter((other) => other !== known);
  const all = [...others, { ...bar, hasRaised: known?.hasRaised ?? false }].sort((a, b) =>
    a.barCloseAt < b.barCloseAt ? -1 : 1,
  );
  const [oldest, ...rest] = all;
  if (oldest === undefined || all.length <= BARS_KEPT) return { kept: all, before };
  const tally = counted(before?.tally ?? NOTHING_COUNTED, oldest.verdict);
  return { kept: rest, before: { upTo: oldest.barCloseAt, tally } };
}

/** The record, knowing that the bar which `causeEventId` is about has raised its one rung. */
export const withRaised = ({ kept, before }: BarRecord, causeEventId: string | undefined): BarRecord => ({
  kept: kept.map((bar) => (bar.causeEventIds.some((id) => id === causeEventId) ? { ...bar, hasRaised: true } : bar)),
  before,
});

/** The bars on record that speak against the pair since its last good one, oldest first. */
export function badBarsOf({ kept }: BarRecord): BarRecord['kept'] {
  const lastGood = kept.findLastIndex(({ verdict }) => verdict === 'good');
  return kept.slice(lastGood + 1).filter(({ verdict }) => isBad(verdict));
}

/** The record as if nothing had been counted of its bars; they are not counted again. */
export function forgotten({ kept, before }: BarRecord): BarRecord {
  const upTo = kept.at(-1)?.barCloseAt ?? before?.upTo;
  return upTo === undefined ? EMPTY_RECORD : { kept: [], before: { upTo, tally: NOTHING_COUNTED } };
}

import type { Instant } from '@tocsin/domain-kit';
import { barCloseOf } from '../../../domain/bar-grid.ts';
import { pricesOf, type CandidateBar } from '../../../domain/candidate-bar.ts';
import type { BarsAsked } from '../adapter.ts';

/** The bars that have closed, oldest first, of each opening the last edition; and every row that is no bar. */
export function completeRows(
  rows: readonly CandidateBar[],
  { calendar, timeframe, to }: Pick<BarsAsked, 'calendar' | 'timeframe' | 'to'>,
): readonly CandidateBar[] {
  const lastOf = new Map(rows.filter(isReadable).map((bar) => [bar.openAt, bar]));
  return inOrder(
    rows.filter((bar) => {
      if (bar.openAt === null) return true;
      if (lastOf.has(bar.openAt) && isReadable(bar) && lastOf.get(bar.openAt) !== bar) return false;
      return (barCloseOf(calendar, timeframe, bar.openAt) ?? bar.openAt) <= to;
    }),
  );
}

/** A row without a time stays behind the row that it stood behind. */
function inOrder(bars: readonly CandidateBar[]): readonly CandidateBar[] {
  let at: Instant | null = null;
  const placed = bars.map((bar) => {
    at = bar.openAt ?? at;
    return { bar, at: at ?? '' };
  });
  return placed.sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1)).map(({ bar }) => bar);
}

const isReadable = (bar: CandidateBar): boolean =>
  bar.openAt !== null && pricesOf(bar).every(([, text]) => text !== '' && Number.isFinite(Number(text)));

import type { PushedBar } from '@tocsin/contracts';
import { decimal, instant } from '@tocsin/domain-kit';
import type { ProblemError } from '../../reading/problem.ts';

/** A bar as callers write it. */
export type WrittenBar = {
  readonly open_at: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: number;
};

/** Returns everything that is wrong with bars that are each as their schema says, with the place and the field of each. */
export function problemsOf(bars: readonly WrittenBar[]): readonly ProblemError[] {
  const firstAt = new Map<string, number>();
  let newest = { openAt: '', index: -1 };
  return bars.flatMap((bar, index) => {
    const at = (field: keyof WrittenBar): string => `/body/bars/${index}/${field}`;
    const problems: ProblemError[] = disorderIn(bar).map(({ field, detail }) => ({ pointer: at(field), detail }));
    const openAt = instant(bar.open_at);
    const twin = firstAt.get(openAt);
    if (twin !== undefined) problems.push({ pointer: at('open_at'), detail: `is the open of bar ${twin} already` });
    else if (openAt < newest.openAt)
      problems.push({
        pointer: at('open_at'),
        detail: `is before that of bar ${newest.index}; the oldest comes first`,
      });
    if (twin === undefined) firstAt.set(openAt, index);
    if (openAt > newest.openAt) newest = { openAt, index };
    return problems;
  });
}

/** The bar as it is asked to be taken. */
export const asPushed = ({ open_at, open, high, low, close, volume }: WrittenBar): PushedBar => ({
  openAt: instant(open_at),
  ...{ open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) },
  volume,
});

type Complaint = { readonly field: 'open' | 'high' | 'low' | 'close'; readonly detail: string };

/** low ≤ open, close ≤ high; a price that is outside is named, and the bounds where they are the wrong way round. */
function disorderIn({ open, high, low, close }: WrittenBar): readonly Complaint[] {
  if (compare(low, high) > 0) return [{ field: 'low', detail: `is above the high ${high}` }];
  const prices = [
    { field: 'open', price: open },
    { field: 'close', price: close },
  ] as const;
  return prices.flatMap(({ field, price }): readonly Complaint[] => {
    if (compare(price, low) < 0) return [{ field, detail: `is below the low ${low}` }];
    return compare(price, high) > 0 ? [{ field, detail: `is above the high ${high}` }] : [];
  });
}

/** Compares two prices digit by digit: as binary numbers, two that differ in the seventeenth digit would be equal. */
export function compare(a: string, b: string): number {
  const [wholeA = '', partA = ''] = a.split('.');
  const [wholeB = '', partB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  const places = Math.max(partA.length, partB.length);
  const [digitsA, digitsB] = [wholeA + partA.padEnd(places, '0'), wholeB + partB.padEnd(places, '0')];
  if (digitsA === digitsB) return 0;
  return digitsA < digitsB ? -1 : 1;
}

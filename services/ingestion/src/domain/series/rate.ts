import type { RateObserved } from '@tocsin/contracts';
import type { ObserveRate, RateSeries } from './series.ts';

/** So many days are remembered: what is older is never asked for again. */
export const RECENT_RATES_MAX = 40;

const NOTHING_TOLD: RateSeries = { kind: 'rate', recent: [] };

/** Says the fixings that were not told yet, or are other than they were told. */
export function observeRate(
  { rate, provider, base, quote, fixings, at }: ObserveRate['data'],
  before: RateSeries = NOTHING_TOLD,
): readonly RateObserved[] {
  const said: RateObserved[] = [];
  let known = before;
  const days = [...new Map(fixings.map((fixing) => [fixing.rateOn, fixing])).values()];
  for (const { rateOn, price } of days.sort((one, other) => (one.rateOn < other.rateOn ? -1 : 1))) {
    const same = known.recent.find(([day]) => day === rateOn);
    if (same === undefined ? isForgotten(rateOn, known) : same[1] === price) continue;
    const fact = {
      type: 'RateObserved',
      data: { rate, provider, base, quote, rateOn, price, at },
    } as const satisfies RateObserved;
    said.push(fact);
    known = rememberRate(fact, known);
  }
  return said;
}

export function rememberRate({ data: { rateOn, price } }: RateObserved, before: RateSeries = NOTHING_TOLD): RateSeries {
  const others = before.recent.filter(([day]) => day !== rateOn);
  const recent = [...others, [rateOn, price] as const].sort(([one], [other]) => (one < other ? -1 : 1));
  return { kind: 'rate', recent: recent.slice(-RECENT_RATES_MAX) };
}

/** A day before all that are remembered was told, or came too late. */
const isForgotten = (rateOn: string, { recent }: RateSeries): boolean =>
  recent.length === RECENT_RATES_MAX && rateOn < (recent[0]?.[0] ?? '');

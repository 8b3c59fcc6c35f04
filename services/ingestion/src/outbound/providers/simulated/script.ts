import { plusMs, type Instant } from '@tocsin/domain-kit';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import type { Failure } from '../../../domain/feed.commands.ts';

/** A way in which one bar is wrong, or comes with one that is. The names say what the rules will find. */
export type Defect =
  | 'high-below-close'
  | 'not-a-number'
  | 'price-of-zero'
  | 'negative-volume'
  | 'told-twice'
  | 'old-bar-again'
  | 'between-two-bars'
  | 'from-tomorrow'
  | 'corrected-later'
  | 'far-away';

/** Something that happens to the simulated provider, at the bar that closes at `closeAt`. */
export type Incident =
  /** Every attempt at these bars fails; they are told with the first answer after. */
  | { readonly kind: 'outage'; readonly closeAt: Instant; readonly bars: number; readonly failure: Failure }
  /** The first attempts at one bar fail. */
  | { readonly kind: 'stutter'; readonly closeAt: Instant; readonly attempts: number; readonly failure: Failure }
  /** The first attempts at one bar bring something else than bars. */
  | { readonly kind: 'garbage'; readonly closeAt: Instant; readonly attempts: number; readonly body: string }
  /** The provider answers, but nobody quoted: these bars never existed. */
  | { readonly kind: 'silence'; readonly closeAt: Instant; readonly bars: number }
  /** The provider leaves these bars out and has them when it is asked for them afterwards. */
  | { readonly kind: 'hole'; readonly closeAt: Instant; readonly bars: number }
  | { readonly kind: 'defect'; readonly closeAt: Instant; readonly defect: Defect };

/** What a defect makes of a bar: what is told with it or in its place, and what is told with the next one. */
export type Spoiled = { readonly now: readonly CandidateBar[]; readonly next: readonly CandidateBar[] };

const told = (bar: CandidateBar, changes: Partial<CandidateBar>): CandidateBar => {
  const spoiled = { ...bar, ...changes };
  const { openAt, open, high, low, close, volume } = spoiled;
  return { ...spoiled, raw: [openAt ?? '', open, high, low, close, volume].join(',') };
};

/** In place of the bar comes a broken one, and its second edition with the next bar. */
const brokenFirst = (bar: CandidateBar, changes: Partial<CandidateBar>): Spoiled => ({
  now: [told(bar, changes)],
  next: [{ ...bar, revision: 1 }],
});

/** `older` is a bar told long ago, `previous` the one before. */
export function spoil(defect: Defect, bar: CandidateBar, previous: CandidateBar, older: CandidateBar): Spoiled {
  const shifted = (ms: number): CandidateBar => told(bar, { openAt: bar.openAt && plusMs(bar.openAt, ms) });
  switch (defect) {
    case 'high-below-close':
      return brokenFirst(bar, { high: bar.low, low: bar.high });
    case 'not-a-number':
      return brokenFirst(bar, { close: 'NaN' });
    case 'price-of-zero':
      return brokenFirst(bar, { low: '0' });
    case 'negative-volume':
      return brokenFirst(bar, { volume: `-${bar.volume}` });
    case 'told-twice':
      return { now: [bar, bar], next: [] };
    case 'old-bar-again':
      return { now: [older, bar], next: [] };
    case 'between-two-bars':
      return { now: [shifted(-7 * 60_000), bar], next: [] };
    case 'from-tomorrow':
      return { now: [bar, shifted(86_400_000)], next: [] };
    case 'far-away':
      return { now: [told(bar, timesThree(bar))], next: [] };
    case 'corrected-later':
      return {
        now: [bar],
        next: [
          told(bar, {
            revision: 1,
            close: previous.close,
            high: maxOf(bar.high, previous.close),
            low: minOf(bar.low, previous.close),
          }),
        ],
      };
  }
}

/** As a slipped decimal point would do it, less the point: all four prices, so that the bar is in order in itself. */
const timesThree = ({ open, high, low, close }: CandidateBar): Partial<CandidateBar> => {
  const tripled = (price: string): string => (Number(price) * 3).toFixed((price.split('.')[1] ?? '').length);
  return { open: tripled(open), high: tripled(high), low: tripled(low), close: tripled(close) };
};

const maxOf = (one: string, other: string): string => (Number(one) < Number(other) ? other : one);
const minOf = (one: string, other: string): string => (Number(one) < Number(other) ? one : other);

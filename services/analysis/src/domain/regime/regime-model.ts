import { assert, type Timeframe } from '@tocsin/domain-kit';

/** One number per state, the calm state's first. */
export type PerState<T = number> = readonly [calm: T, turbulent: T];

/**
 * The parameters of a two-state Gaussian hidden Markov model of returns, as they were fitted and released. Returns are
 * 100 * ln(close / close before), so means and deviations are per cent per bar. The states are in the order of their
 * deviations, the calm one first: a fit numbers them as it likes, and without an order a refit would call calm what
 * the last one called turbulent.
 */
export interface RegimeModel {
  readonly version: string;
  /** SHA-256 of the released artefact, in hexadecimal letters. */
  readonly digest: string;
  /** The timeframe whose returns it was fitted to; it says nothing of any other. */
  readonly timeframe: Timeframe;
  /** The one market that it is for, or null where it is for all that have no model of their own. */
  readonly symbol: string | null;
  /** The mean return of each state, in per cent. */
  readonly mu: PerState;
  /** The standard deviation of the returns of each state, in per cent. */
  readonly sigma: PerState;
  /** By row, the probabilities of going from a state to each; every row sums to 1. */
  readonly transition: PerState<PerState>;
  /** How probable each state is before the first return; sums to 1. */
  readonly initial: PerState;
}

/** What a fit comes to, its states in any order. */
export type FittedStates = Pick<RegimeModel, 'mu' | 'sigma' | 'transition' | 'initial'>;

/** The same model with the calm state first: the one of the smaller deviation. */
export function calmFirst(fitted: FittedStates): FittedStates {
  const { mu, sigma, transition, initial } = fitted;
  if (sigma[0] <= sigma[1]) return fitted;
  return {
    mu: swapped(mu),
    sigma: swapped(sigma),
    transition: [swapped(transition[1]), swapped(transition[0])],
    initial: swapped(initial),
  };
}

const swapped = ([a, b]: PerState): PerState => [b, a];

/** A distribution that was written down may be off by this much. */
const PROBABILITY_NOISE = 1e-9;

/**
 * Takes a model into use.
 * @throws {AssertionError} when its states are out of order, or its probabilities are none.
 */
export function regimeModel(model: RegimeModel): RegimeModel {
  const { version, mu, sigma, transition, initial } = model;
  assert(mu.every(Number.isFinite) && sigma.every(Number.isFinite), `the states of ${version} are numbers`);
  assert(sigma[0] > 0 && sigma[0] < sigma[1], `the calm state of ${version} is its first`);
  for (const distribution of [initial, ...transition]) {
    assert(
      distribution.every((p) => p >= 0) && Math.abs(distribution[0] + distribution[1] - 1) <= PROBABILITY_NOISE,
      `the probabilities of ${version} make one`,
    );
  }
  return model;
}

/** The model that is for this market: its own, else the one of its timeframe, else none. */
export function regimeModelFor(
  models: readonly RegimeModel[],
  { symbol, timeframe }: { readonly symbol: string; readonly timeframe: Timeframe },
): RegimeModel | null {
  const fitting = models.filter((model) => model.timeframe === timeframe);
  return fitting.find((model) => model.symbol === symbol) ?? fitting.find((model) => model.symbol === null) ?? null;
}

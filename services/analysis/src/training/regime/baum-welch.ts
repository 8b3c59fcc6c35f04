import { assert } from '@tocsin/domain-kit';
import { NothingToLearn } from '../nothing-to-learn.ts';
import { calmFirst, type FittedStates, type PerState } from '../../domain/regime/regime-model.ts';

/** A fit, and how well it explains what it was fitted to. */
export interface RegimeFit {
  readonly states: FittedStates;
  readonly logLikelihood: number;
  readonly iterations: number;
}

/** A round that gains less than this has arrived. */
const GAIN_MIN = 1e-9;

/** A likelihood that still climbs after so many rounds is one of too few returns. */
const ITERATIONS_MAX = 5_000;

/** Five parameters of two states are not told by fewer returns. */
const RETURNS_MIN = 100;

/** A state that explains a few equal returns alone would have no deviation, and an infinite likelihood. */
const DEVIATION_MIN = 1e-6;

/**
 * Fits two normal states to returns by expectation and maximisation, the calm state first. It always begins with the
 * same guess, so equal returns give equal parameters.
 * Source: L. R. Rabiner, "A Tutorial on Hidden Markov Models", Proc. IEEE 77 (1989), with the scaling of section V.A.
 *
 * @throws {NothingToLearn} from too few returns, or ones that have no two states.
 */
export function fitRegimes(returns: readonly number[]): RegimeFit {
  assert(returns.every(Number.isFinite), 'returns are numbers');
  if (returns.length < RETURNS_MIN)
    throw new NothingToLearn(`there are ${returns.length} returns, and ${RETURNS_MIN} are needed`);
  let states = firstGuess(returns);
  let before = Number.NEGATIVE_INFINITY;
  for (let iterations = 1; iterations <= ITERATIONS_MAX; iterations += 1) {
    const expectation = expected(states, returns);
    const { logLikelihood } = expectation;
    if (logLikelihood - before < GAIN_MIN) return { states: calmFirst(states), logLikelihood, iterations };
    before = logLikelihood;
    states = likeliest(expectation, returns);
  }
  throw new NothingToLearn(`the fit did not come to rest within ${ITERATIONS_MAX} rounds`);
}

/** One state moves half as much as all returns do, the other twice as much, and either mostly stays. */
function firstGuess(returns: readonly number[]): FittedStates {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length);
  if (deviation <= DEVIATION_MIN) throw new NothingToLearn('the market stood still');
  return {
    mu: [mean, mean],
    sigma: [deviation / 2, deviation * 2],
    transition: [
      [0.95, 0.05],
      [0.05, 0.95],
    ],
    initial: [0.5, 0.5],
  };
}

/** What is to be expected of the states, given all returns. */
interface Expectation {
  readonly logLikelihood: number;
  /** How probable the first state was at each return; the second has the rest. */
  readonly first: Float64Array;
  /** By row, how often a state is followed by each. */
  readonly moves: PerState<PerState>;
}

function expected(states: FittedStates, returns: readonly number[]): Expectation {
  const { transition, initial } = states;
  const [[stay0, go0], [go1, stay1]] = transition;
  const count = returns.length;
  const [density0, density1, shift] = densities(states, returns);

  // Forward: each state's probability given the returns so far, and how probable each return was given those before.
  const [forward0, forward1, scale] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  let logLikelihood = shift;
  let [prior0, prior1] = initial;
  for (let at = 0; at < count; at += 1) {
    const [joint0, joint1] = [prior0 * nth(density0, at), prior1 * nth(density1, at)];
    const sum = joint0 + joint1;
    const [now0, now1] = [joint0 / sum, joint1 / sum];
    forward0[at] = now0;
    forward1[at] = now1;
    scale[at] = sum;
    logLikelihood += Math.log(sum);
    prior0 = now0 * stay0 + now1 * go1;
    prior1 = now0 * go0 + now1 * stay1;
  }

  // Backward: what the returns to come make of it.
  const first = new Float64Array(count);
  let [later0, later1] = [1, 1];
  let [from00, from01, from10, from11] = [0, 0, 0, 0];
  for (let at = count - 1; at >= 0; at -= 1) {
    first[at] = nth(forward0, at) * later0;
    if (at === 0) break;
    const into0 = (nth(density0, at) * later0) / nth(scale, at);
    const into1 = (nth(density1, at) * later1) / nth(scale, at);
    const [before0, before1] = [nth(forward0, at - 1), nth(forward1, at - 1)];
    from00 += before0 * stay0 * into0;
    from01 += before0 * go0 * into1;
    from10 += before1 * go1 * into0;
    from11 += before1 * stay1 * into1;
    [later0, later1] = [stay0 * into0 + go0 * into1, go1 * into0 + stay1 * into1];
  }
  return {
    logLikelihood,
    first,
    moves: [
      [from00, from01],
      [from10, from11],
    ],
  };
}

/**
 * The normal densities of every return in both states, each pair divided by the larger one, and the sum of the
 * logarithms of what they were divided by: a crash has a density of zero in both, but not in the logarithm.
 */
function densities({ mu, sigma }: FittedStates, returns: readonly number[]): [Float64Array, Float64Array, number] {
  const [of0, of1] = [new Float64Array(returns.length), new Float64Array(returns.length)];
  let shift = 0;
  for (const [at, value] of returns.entries()) {
    const [log0, log1] = [logDensity(value, mu[0], sigma[0]), logDensity(value, mu[1], sigma[1])];
    const most = Math.max(log0, log1);
    of0[at] = Math.exp(log0 - most);
    of1[at] = Math.exp(log1 - most);
    shift += most;
  }
  return [of0, of1, shift];
}

const logDensity = (value: number, mean: number, deviation: number): number =>
  -0.5 * ((value - mean) / deviation) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI));

/** The states that make what is expected the likeliest. */
function likeliest({ first, moves }: Expectation, returns: readonly number[]): FittedStates {
  const at0 = nth(first, 0);
  const calm = moments(returns, (at) => nth(first, at));
  const other = moments(returns, (at) => 1 - nth(first, at));
  return {
    mu: [calm.mean, other.mean],
    sigma: [calm.deviation, other.deviation],
    transition: [shares(moves[0]), shares(moves[1])],
    initial: shares([at0, Math.max(0, 1 - at0)]),
  };
}

function moments(returns: readonly number[], weightAt: (at: number) => number): { mean: number; deviation: number } {
  let [weights, sum] = [0, 0];
  for (const [at, value] of returns.entries()) {
    weights += weightAt(at);
    sum += weightAt(at) * value;
  }
  const mean = sum / weights;
  let squares = 0;
  for (const [at, value] of returns.entries()) squares += weightAt(at) * (value - mean) ** 2;
  const deviation = Math.sqrt(squares / weights);
  if (!(deviation > DEVIATION_MIN)) throw new NothingToLearn('one of the states shrank to a few equal returns');
  return { mean, deviation };
}

const shares = ([a, b]: PerState): PerState => [a / (a + b), b / (a + b)];

const nth = (values: Float64Array, at: number): number => values[at] ?? Number.NaN;

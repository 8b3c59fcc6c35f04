import type { RegimeModelArtefact } from '@tocsin/contracts';
import { assert, type Timeframe } from '@tocsin/domain-kit';
import { artefactDigest } from '../../artefacts/artefact-digest.ts';
import type { BarWindow } from '../../domain/bar-window.ts';
import type { FittedStates } from '../../domain/regime/regime-model.ts';
import { barsDigest } from '../bars/bars-digest.ts';
import { twelveDigits } from '../digits.ts';
import { fitRegimes } from './baum-welch.ts';

/** What a model of regimes is trained for. */
export interface RegimeTrainingPlan {
  readonly version: string;
  readonly symbol: string | null;
  readonly timeframe: Timeframe;
  /** Whether any of the bars were made up by a simulation. */
  readonly simulated: boolean;
}

/** Fits the regimes of a market to its bars, oldest first. The same bars give the same bytes. */
export function trainRegime(
  { version, symbol, timeframe, simulated }: RegimeTrainingPlan,
  bars: BarWindow,
): RegimeModelArtefact {
  const [oldest, newest] = [bars[0], bars.at(-1)];
  assert(oldest !== undefined && newest !== undefined, 'there are bars to train on');
  const returns = returnsOf(bars.map(({ close }) => close));
  const { states, logLikelihood, iterations } = fitRegimes(returns);
  const artefact = {
    kind: 'gaussian-hmm',
    version,
    symbol,
    timeframe,
    calm: stateOf(states, 0),
    turbulent: stateOf(states, 1),
    training: {
      from: oldest.openAt,
      to: newest.openAt,
      returns: returns.length,
      logLikelihood: twelveDigits(logLikelihood),
      iterations,
      simulated,
      dataDigest: barsDigest(bars),
    },
  } as const;
  return { ...artefact, digest: artefactDigest(artefact) };
}

/** In per cent, by the logarithm: what the filter of the live service is given, too. */
export const returnsOf = (closes: readonly number[]): readonly number[] =>
  closes.slice(1).map((close, at) => 100 * Math.log(close / (closes[at] ?? Number.NaN)));

/** Probabilities are rounded in pairs, so that they still make one. */
function stateOf({ mu, sigma, transition, initial }: FittedStates, state: 0 | 1): RegimeModelArtefact['calm'] {
  const toCalm = twelveDigits(transition[state][0]);
  const calmAtFirst = twelveDigits(initial[0]);
  return {
    mu: twelveDigits(mu[state]),
    sigma: twelveDigits(sigma[state]),
    initial: state === 0 ? calmAtFirst : twelveDigits(1 - calmAtFirst),
    toCalm,
    toTurbulent: twelveDigits(1 - toCalm),
  };
}

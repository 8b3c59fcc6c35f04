import type { Regime } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';
import type { BarWindow } from '../bar-window.ts';
import { commitmentAfter, hearing, type Commitment } from '../commitment.ts';
import { surely } from './regime-evidence.ts';
import type { RegimeModel } from './regime-model.ts';
import { turbulence } from './turbulence.ts';

/** A regime by one model. What another model said does not count towards it. */
export interface RegimeCommitment extends Commitment<Regime> {
  readonly modelDigest: string;
}

/** The committed regime of a market, and what its newest bar says by a model. */
export interface RegimeWatch {
  readonly commitment: RegimeCommitment;
  readonly turbulentProbability: number;
  readonly model: RegimeModel;
}

/**
 * Watches the regime for one more bar, the newest of the window; null without a model. A market that was not watched
 * before by this very model is where the bars of the window would have led; from then on only the bars that are watched
 * count.
 */
export function watchRegime(
  before: RegimeCommitment | undefined,
  window: BarWindow,
  model: RegimeModel | null,
): RegimeWatch | null {
  if (model === null) return null;
  const probabilities = turbulence(
    model,
    window.map(({ close }) => close),
  );
  const newest = probabilities.at(-1);
  assert(newest !== undefined, 'the window of a regime has a return');
  const saidAt = (at: number): Regime | null => surely(probabilities[at] ?? Number.NaN);
  const commitment =
    before?.modelDigest === model.digest
      ? hearing(before, surely(newest))
      : commitmentAfter<Regime>(probabilities.length, saidAt, 'unknown');
  return { commitment: { ...commitment, modelDigest: model.digest }, turbulentProbability: newest, model };
}

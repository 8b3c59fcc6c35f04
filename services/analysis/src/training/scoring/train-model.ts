import type { ModelArtefact } from '@tocsin/contracts';
import { assert, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { artefactDigest } from '../../artefacts/artefact-digest.ts';
import type { BarWindow } from '../../domain/bar-window.ts';
import { REWARD, STOP_ATR } from '../../domain/exit-levels.ts';
import { FEATURE_NAMES, FEATURE_SET } from '../../domain/model/features.ts';
import type { RegimeModel } from '../../domain/regime/regime-model.ts';
import { barsDigest } from '../bars/bars-digest.ts';
import { sixDigits, twelveDigits } from '../digits.ts';
import { NothingToLearn } from '../nothing-to-learn.ts';
import { HORIZON_BARS } from '../../domain/outcome/outcome.ts';
import { auc, brier, calibration, logLoss, type Forecast } from './metrics.ts';
import { samplesOf } from './samples.ts';
import { strategyResults } from './strategies.ts';
import { fitSamples, PURGE_BARS, walkForward, type JudgedSample, type WalkForward } from './walk-forward.ts';

/** A regime model, and the open of the newest bar that it was fitted to. */
export interface FittedRegimeModel {
  readonly model: RegimeModel;
  readonly fittedTo: Instant;
}

/** What a model is trained for, and how. */
export interface TrainingPlan {
  readonly version: string;
  readonly symbol: string | null;
  readonly timeframe: Timeframe;
  /** Whether any of the bars were made up by a simulation. */
  readonly simulated: boolean;
  /** The ridge on the weights of standardised features. */
  readonly l2: number;
  /** The model's share of the composite that it is judged in, 0 to 1. */
  readonly mlWeight: number;
  /** What tells how turbulent each bar was; null for nothing. */
  readonly regimeModel: FittedRegimeModel | null;
}

/** A model is not worth its name on fewer than this many samples: most of them live through the same days. */
export const SAMPLES_MIN = 500;

const CALIBRATION_ROWS = 10;

/**
 * Trains a model of a market on its bars, oldest first, after judging by walking forward what such a model is worth.
 * The same bars give the same bytes.
 * @throws {NothingToLearn} from too few bars, or bars whose trades all end alike.
 */
export function trainModel(plan: TrainingPlan, bars: BarWindow): ModelArtefact {
  const { version, symbol, timeframe, simulated, l2, mlWeight, regimeModel } = plan;
  const [oldest, newest] = [bars[0], bars.at(-1)];
  const samples = samplesOf(bars, regimeModel?.model ?? null);
  if (oldest === undefined || newest === undefined || samples.length < SAMPLES_MIN)
    throw new NothingToLearn(`${bars.length} bars make ${samples.length} samples, and ${SAMPLES_MIN} are needed`);

  const { weights, intercept, means, deviations } = fitSamples(samples, l2);
  const artefact = {
    kind: 'linear',
    version,
    symbol,
    timeframe,
    featureSet: FEATURE_SET,
    label: { stopAtr: STOP_ATR, reward: REWARD, withinBars: HORIZON_BARS },
    features: FEATURE_NAMES.map((feature, at) => ({
      feature,
      weight: twelveDigits(weights[at] ?? 0),
      mean: twelveDigits(means[at] ?? 0),
      scale: twelveDigits(deviations[at] ?? 0),
    })),
    intercept: twelveDigits(intercept),
    training: {
      from: oldest.openAt,
      to: newest.openAt,
      bars: bars.length,
      samples: samples.length,
      l2,
      regimeModelVersion: regimeModel?.model.version ?? null,
      regimeModelFittedTo: regimeModel?.fittedTo ?? null,
      simulated,
      dataDigest: barsDigest(bars),
    },
    outOfSample: worthOf(walkForward(samples, l2), bars, mlWeight),
  } as const;
  return { ...artefact, digest: artefactDigest(artefact) };
}

function worthOf({ folds, judged }: WalkForward, bars: BarWindow, mlWeight: number): ModelArtefact['outOfSample'] {
  const forecasts = judged.map(({ sample, probability }) => ({ probability, cameTrue: sample.trade.won }));
  const ofBaseRate = judged.map(({ sample, baseRate }) => ({ probability: baseRate, cameTrue: sample.trade.won }));
  const area = auc(forecasts);
  return {
    from: openOf(bars, judged[0]),
    to: openOf(bars, judged.at(-1)),
    folds,
    purgeBars: PURGE_BARS,
    samples: judged.length,
    baseRate: sixDigits(shareOf(forecasts)),
    logLoss: sixDigits(logLoss(forecasts)),
    logLossOfBaseRate: sixDigits(logLoss(ofBaseRate)),
    brier: sixDigits(brier(forecasts)),
    brierOfBaseRate: sixDigits(brier(ofBaseRate)),
    auc: area === null ? null : sixDigits(area),
    strategies: strategyResults(judged, mlWeight).map(({ hitRate, expectancyR, standardErrorR, ...rest }) => ({
      ...rest,
      hitRate: roundedOrNull(hitRate),
      expectancyR: roundedOrNull(expectancyR),
      standardErrorR: roundedOrNull(standardErrorR),
    })),
    calibration: calibration(forecasts, CALIBRATION_ROWS).map(({ samples, ...row }) => ({
      from: sixDigits(row.from),
      to: sixDigits(row.to),
      samples,
      predicted: sixDigits(row.predicted),
      observed: sixDigits(row.observed),
    })),
  };
}

const shareOf = (forecasts: readonly Forecast[]): number =>
  forecasts.filter(({ cameTrue }) => cameTrue).length / forecasts.length;

const roundedOrNull = (value: number | null): number | null => (value === null ? null : sixDigits(value));

function openOf(bars: BarWindow, judged: JudgedSample | undefined) {
  const bar = bars[judged?.sample.at ?? -1];
  assert(bar !== undefined, 'what was judged is one of the bars');
  return bar.openAt;
}

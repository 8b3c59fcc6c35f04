import type { ModelArtefact } from '@tocsin/contracts';
import { MADE_UP } from '../made-up.ts';
import { tableOf } from '../table.ts';

/** What a strategy of the card does, in the order of the artefact. */
const STRATEGIES: Readonly<Record<string, string>> = {
  always_hold: 'nothing is ever traded',
  buy_and_hold: 'every judged bar is bought and held as long as a trade may last, without stop or target',
  every_bias: 'every judged bar is traded on the side of its bias',
  rules: 'bars whose rules make 70 points or more, and that nothing forbids',
  model: 'bars whose probability is at least that of a fair bet',
  rules_and_model: 'bars whose composite of both makes 70 or more, and that nothing forbids',
};

/** A model for people: what it is, what it was worth on bars that it had not seen, and what that does not mean. */
export function modelCard(artefact: ModelArtefact): string {
  return [
    `# ${artefact.version}: ${artefact.symbol ?? 'every market'} ${artefact.timeframe}`,
    about(artefact),
    '## Verdict',
    verdictOn(artefact),
    '## Out of sample',
    outOfSample(artefact),
    '## Trading by it',
    'Gains are multiples of what was risked (1 R = 1.5 ATR14), for each trade by itself, without spread, fees or slippage. ' +
      'The standard error takes trades of neighbouring bars as one; a difference below two of them is chance.',
    strategies(artefact),
    '## Calibration',
    'Judged bars in groups of equal size, from the least probable up: does a probability mean what it says?',
    calibration(artefact),
    '## Weights',
    'The pull is what one standard deviation more of the feature does to the log-odds.',
    weights(artefact),
  ]
    .join('\n\n')
    .concat('\n');
}

function about({ label, training, outOfSample, digest, featureSet }: ModelArtefact): string {
  const { from, to, folds, purgeBars } = outOfSample;
  return [
    `The probability that a trade on the side of the bias, entered at the close, touches its target (${label.reward} R) before its stop (${label.stopAtr} ATR14) within ${label.withinBars} bars. One bar that touches both counts as the stop.`,
    `Trained on ${training.bars} bars from ${training.from} to ${training.to}: ${training.samples} samples, ridge ${training.l2}, features of ${featureSet}, ${training.regimeModelVersion === null ? 'without a regime model' : `regimes by ${training.regimeModelVersion}`}. Judged from ${from} to ${to}: ${folds} times trained anew on all that came before, less ${purgeBars} bars.`,
    `Digest \`${digest}\`; data \`${training.dataDigest}\`.`,
  ].join('\n\n');
}

function verdictOn({ outOfSample, training }: ModelArtefact): string {
  const { logLoss, logLossOfBaseRate, strategies } = outOfSample;
  const skill = 1 - logLoss / logLossOfBaseRate;
  const tells =
    skill > 0
      ? `It told ${percent(skill, 2)} more than the base rate (log loss ${logLoss} against ${logLossOfBaseRate}).`
      : `**It told nothing that the base rate does not** (log loss ${logLoss} against ${logLossOfBaseRate}). Do not put it in force.`;
  const [rules, both] = ['rules', 'rules_and_model'].map((name) =>
    strategies.find(({ strategy }) => strategy === name),
  );
  const signals = `With it in force the rules' ${rules?.trades ?? 0} signals became ${both?.trades ?? 0}: its score is a probability of a rare event, so it pulls composites down.`;
  const { regimeModelVersion, regimeModelFittedTo } = training;
  const hasPeeked = regimeModelFittedTo !== null && regimeModelFittedTo >= outOfSample.from;
  const peeked = hasPeeked
    ? [
        `**Its figures flatter it:** ${regimeModelVersion ?? ''} was fitted to bars up to ${regimeModelFittedTo}, among them bars that it is judged by.`,
      ]
    : [];
  return [tells, signals, ...peeked, ...(training.simulated ? [MADE_UP] : [])].join(' ');
}

function outOfSample({ outOfSample: o }: ModelArtefact): string {
  return tableOf(
    ['', 'model', 'base rate'],
    [
      ['judged bars', String(o.samples), ''],
      ['targets touched first', percent(o.baseRate), ''],
      ['log loss', String(o.logLoss), String(o.logLossOfBaseRate)],
      ['Brier', String(o.brier), String(o.brierOfBaseRate)],
      ['AUC', o.auc === null ? 'not defined' : o.auc.toFixed(3), '0.500'],
    ],
  );
}

function strategies({ outOfSample: o }: ModelArtefact): string {
  return tableOf(
    ['who decides', 'trades', 'gained', 'R per trade', 'standard error', ''],
    o.strategies.map(({ strategy, trades, hitRate, expectancyR, standardErrorR }) => [
      strategy,
      String(trades),
      hitRate === null ? '–' : percent(hitRate),
      expectancyR === null ? '–' : expectancyR.toFixed(3),
      standardErrorR === null ? '–' : standardErrorR.toFixed(3),
      STRATEGIES[strategy] ?? '',
    ]),
  );
}

function calibration({ outOfSample: o }: ModelArtefact): string {
  return tableOf(
    ['from', 'to', 'bars', 'said', 'came true'],
    o.calibration.map(({ from, to, samples, predicted, observed }) => [
      percent(from),
      percent(to),
      String(samples),
      percent(predicted),
      percent(observed),
    ]),
  );
}

function weights({ features }: ModelArtefact): string {
  return tableOf(
    ['feature', 'pull', 'mean', 'standard deviation'],
    features.map(({ feature, weight, mean, scale }) => [
      feature,
      scale === 0 ? 'never changed' : (weight * scale).toFixed(3),
      mean.toPrecision(4),
      scale.toPrecision(4),
    ]),
  );
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

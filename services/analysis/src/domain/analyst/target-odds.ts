import { countedSide, type Bias } from '../bias.ts';
import { REWARD } from '../exit-levels.ts';
import { measure } from '../measures/measures.ts';
import { FEATURE_NAMES, featuresFrom } from '../model/features.ts';
import { RULES_1 } from '../rules/rules-1.ts';
import type { AnalystInput, Opinion } from './analyst.ts';

/** Where a trade breaks even: its target is `REWARD` times as far away as its stop. */
const BREAK_EVEN = 1 / (1 + REWARD);

/**
 * What a model of numbers sees of a run: the features of its newest bar from the counted side, in the order of
 * `FEATURE_NAMES`. Null where too few bars are stored to measure.
 */
export function sightOf({ bars, run }: AnalystInput): readonly number[] | null {
  if (bars.length < RULES_1.needsBars) return null;
  const measures = measure(bars);
  const side = countedSide(run.bias, measures, measures.noise);
  // Runs that were stored before they told of it have no evidence.
  const turbulent = run.regimeEvidence?.turbulentProbability ?? null;
  const features = featuresFrom(side, bars, measures, { turbulent, phase: run.phase });
  return FEATURE_NAMES.map((name) => features[name]);
}

/**
 * What follows from how probable the target is to be touched before the stop: a trade on the side of the bias where it
 * gains on average, else none. The confidence is that of the signal to be right: for none, that the target is not touched.
 */
export function opinionByOdds(probability: number, bias: Bias): Opinion {
  const isTrade = bias !== 'none' && probability > BREAK_EVEN;
  return {
    signal: isTrade ? SIGNALS[bias] : 'HOLD',
    confidence: isTrade ? probability : 1 - probability,
    riskScore: 1 - probability,
    reasoning: reasoningFor(probability, bias),
    wyckoffPhase: null,
  };
}

const SIGNALS = { long: 'BUY', short: 'SELL' } as const;

function reasoningFor(probability: number, bias: Bias): string {
  const told = `The model takes it for ${percent(probability)} probable that the target is touched before the stop`;
  if (bias === 'none') return `${told}, but the averages agree on no side, so there is no trade to take.`;
  const where = probability > BREAK_EVEN ? 'above' : 'not above';
  return `${told} of a trade on the ${bias} side. That is ${where} the ${percent(BREAK_EVEN)} at which one breaks even.`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

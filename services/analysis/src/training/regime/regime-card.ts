import type { RegimeModelArtefact } from '@tocsin/contracts';
import { MADE_UP } from '../made-up.ts';
import { tableOf } from '../table.ts';

/** A regime model for people. */
export function regimeCard(artefact: RegimeModelArtefact): string {
  const { version, symbol, timeframe, calm, turbulent, training, digest } = artefact;
  const row = (name: string, { mu, sigma, toCalm, toTurbulent }: typeof calm, stays: number): readonly string[] => [
    name,
    mu.toFixed(5),
    sigma.toFixed(5),
    toCalm.toFixed(6),
    toTurbulent.toFixed(6),
    (1 / (1 - stays)).toFixed(1),
  ];
  return [
    `# ${version}: ${symbol ?? 'every market'} ${timeframe}`,
    'Two states of a market, calm and turbulent, in each of which returns are normally distributed. Returns are 100 · ln(close / close before).',
    tableOf(
      ['state', 'mean, %', 'standard deviation, %', 'then calm', 'then turbulent', 'lasts, bars'],
      [row('calm', calm, calm.toCalm), row('turbulent', turbulent, turbulent.toTurbulent)],
    ),
    `Fitted to ${training.returns} returns from ${training.from} to ${training.to} in ${training.iterations} rounds of expectation and maximisation; log-likelihood ${training.logLikelihood.toFixed(4)}.`,
    'It says how a market moves and not where to. What it says of bars that it was fitted to is no evidence: train models that use it on later ones.',
    ...(training.simulated ? [MADE_UP] : []),
    `Digest \`${digest}\`; data \`${training.dataDigest}\`.`,
  ]
    .join('\n\n')
    .concat('\n');
}

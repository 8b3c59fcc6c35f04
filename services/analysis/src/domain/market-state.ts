import type { RunCompletedData } from '@tocsin/contracts';

/** The committed volatility regime of a market. */
export type Regime = RunCompletedData['regime'];

/** The committed Wyckoff phase of a market. */
export type Phase = RunCompletedData['phase'];

/** What is committed about a market besides its bars. */
export interface MarketState {
  readonly regime: Regime;
  readonly phase: Phase;
}

const MIRRORED: Readonly<Record<Phase, Phase>> = {
  accumulation: 'distribution',
  reaccumulation: 'redistribution',
  markup: 'markdown',
  distribution: 'accumulation',
  redistribution: 'reaccumulation',
  markdown: 'markup',
  unknown: 'unknown',
};

/** The phase that the same market, turned upside down, would be in. */
export const upsideDown = (phase: Phase): Phase => MIRRORED[phase];

/** What is known about a market whose regime and phase nobody has committed. */
export const UNCOMMITTED: MarketState = { regime: 'unknown', phase: 'unknown' };

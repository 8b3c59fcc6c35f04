import type { Phase, Regime } from '@tocsin/contracts';

export type { Phase, Regime };

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

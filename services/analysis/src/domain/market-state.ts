/** The committed volatility regime of a market. */
export type Regime = 'CALM' | 'TURBULENT' | 'unknown';

/** The committed Wyckoff phase of a market. */
export type Phase =
  'accumulation' | 'reaccumulation' | 'markup' | 'distribution' | 'redistribution' | 'markdown' | 'unknown';

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

import type { MacroRegimeCommitted, MacroRegimeUnavailable } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Economy } from './economy.ts';
import type { Quadrant } from './quadrant.ts';

/** The committed quadrant of one economy. */
export interface MacroRegime {
  readonly committed: Quadrant | 'unknown';
  /** Whether it was said that nobody can tell, and nothing was committed since. */
  readonly isUnavailable: boolean;
}

/** Asks where an economy is, because one of its series told something. */
export interface JudgeEconomy {
  readonly type: 'JudgeEconomy';
  readonly data: {
    /** The economy's name. */
    readonly economy: string;
    /** Everything that is stored of it. */
    readonly lines: Economy;
    /** The day that the series told of, or published on. */
    readonly toldOn: string;
    /** When it was told. */
    readonly at: Instant;
  };
}

export type MacroRegimeEvent = MacroRegimeCommitted | MacroRegimeUnavailable;

import type { Reading } from '../reading.ts';

/** What a rule says of a reading: all of its points, none, or half of them where what it asks for is not known. */
export type Verdict = boolean | 'unknown';

/** One reason to expect that the market goes the counted side's way, written for long (see `Reading`). */
export interface Rule {
  readonly name: string;
  /** How many bars it takes until the rule means anything. */
  readonly needsBars: number;
  readonly holds: (reading: Reading) => Verdict;
}

import type { Level } from './level.ts';
import type { Terms } from './terms.ts';
import type { Verdict } from './verdict.ts';

/** What a pair has run up: bad bars since its last good one, and good bars since its last bad one. */
export interface Tally {
  readonly consecutiveFailures: number;
  readonly amber: number;
  readonly red: number;
  readonly good: number;
}

export const NOTHING_COUNTED: Tally = { consecutiveFailures: 0, amber: 0, red: 0, good: 0 };

/** The tally after one more bar: `good` ends the bad runs, anything bad ends `good`, an ignored bar is as if it were not. */
export function counted(tally: Tally, verdict: Verdict): Tally {
  switch (verdict) {
    case 'ignored':
      return tally;
    case 'good':
      return { ...NOTHING_COUNTED, good: tally.good + 1 };
    case 'failed':
      return { ...tally, consecutiveFailures: tally.consecutiveFailures + 1, good: 0 };
    case 'missed-amber':
      return { ...tally, amber: tally.amber + 1, good: 0 };
    case 'missed-red':
      return { ...tally, red: tally.red + 1, good: 0 };
  }
}

/** Tells whether the pair has shown that it works again: a single good bar proves nothing, a flapping pair has one. */
export const isRecovered = ({ good }: Tally, { goodBarsToClear }: Terms['pair']): boolean => good >= goodBarsToClear;

/**
 * The level that a pair's tally asks for, by the table of `escalation-notification.md` 6.10.2. The circuit breaker's
 * three terms of that table do not count bars; `WatchBreaker` brings them.
 */
export function levelFor(tally: Tally, { warn, error, critical }: Terms['pair']): Level {
  const { consecutiveFailures: failed, amber, red } = tally;
  if (failed >= critical.failed || red >= critical.red) return 'CRITICAL';
  if (failed >= error.failed || red >= error.red) return 'ERROR';
  if (failed >= warn.failed || amber >= warn.amber) return 'WARN';
  return 'INFO';
}

/** Why a pair's level rises, in a sentence for the person who is paged. */
export function causeOf({ consecutiveFailures, amber, red }: Tally): string {
  const parts = [
    ...(consecutiveFailures > 0 ? [`${bars(consecutiveFailures)} failed`] : []),
    ...(amber > 0 ? [`${bars(amber)} missed while AMBER`] : []),
    ...(red > 0 ? [`${bars(red)} missed while RED`] : []),
  ];
  return `Since its last good bar: ${parts.join(', ')}.`;
}

const bars = (count: number): string => (count === 1 ? '1 bar' : `${count} bars`);

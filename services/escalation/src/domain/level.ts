import type { EpisodeRaised } from '@tocsin/contracts';

/** How bad it is: INFO is quiet, CRITICAL wakes everybody. */
export type Level = EpisodeRaised['data']['to'];

const LADDER = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const satisfies readonly Level[];

/** Tells whether `level` stands on a higher rung than `other`. */
export const isAbove = (level: Level, other: Level): boolean => LADDER.indexOf(level) > LADDER.indexOf(other);

/** The higher of two levels. */
export const higherOf = (a: Level, b: Level): Level => (isAbove(b, a) ? b : a);

/** One rung up from `level` towards `target`; `target` itself when it is the next rung, or not above. */
export function rungTowards(target: Level, level: Level): Level {
  const next = LADDER[LADDER.indexOf(level) + 1];
  return next !== undefined && isAbove(target, next) ? next : target;
}

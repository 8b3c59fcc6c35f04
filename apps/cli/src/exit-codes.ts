/** What a program can tell from how a command ended. */
export const EXIT = {
  /** Everything agrees, or what was asked for is done. */
  done: 0,
  /** Log and database differ; of a repair: there is something to do, and it was not done. */
  differs: 1,
  /** The command or a setting is not as it must be; nothing was looked at. */
  usage: 2,
  /** The log or the database does not answer. */
  unreachable: 3,
  /** A repair or an export would not be right; nothing was changed, and the remedy is told. */
  refused: 4,
  /** A repair has begun and could not be ended; running it again goes on. */
  unfinished: 5,
  /** This program is at fault. */
  bug: 70,
} as const;

import { flippedBit } from './flipped-bit.ts';
import { foreignMessage } from './foreign-message.ts';
import { hole } from './hole.ts';
import { olderDatabase } from './older-database.ts';
import { olderThanJournal } from './older-than-journal.ts';
import type { Round } from './scene.ts';
import { twoDatabases } from './two-databases.ts';

/**
 * Everything that a person must help with. The older database comes first, while nobody has been told anything: whoever
 * goes back in time may tell INFO and WARN again.
 */
export const ALL_ROUNDS: readonly Round[] = [
  olderDatabase,
  twoDatabases,
  foreignMessage,
  hole,
  flippedBit,
  olderThanJournal,
];

/** Those that take seconds and not a minute. */
export const QUICK_ROUNDS: readonly Round[] = [twoDatabases, foreignMessage, hole];

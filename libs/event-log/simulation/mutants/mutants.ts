import { acknowledgementsRecordedSingly } from './acknowledgements-recorded-singly.ts';
import { chainNotChecked } from './chain-not-checked.ts';
import { checkpointOutsideTheTransaction } from './checkpoint-outside-the-transaction.ts';
import { clockMovedTwice } from './clock-moved-twice.ts';
import { haltForgotten } from './halt-forgotten.ts';
import { knowledgeKeptAfterTrouble } from './knowledge-kept-after-trouble.ts';
import { leaseNotConfirmed } from './lease-not-confirmed.ts';
import { messageIdOfTheEvent } from './message-id-of-the-event.ts';
import type { Mutant } from './mutant.ts';
import { noFence } from './no-fence.ts';
import { positionsByInsertId } from './positions-by-insert-id.ts';
import { requestsByTheWindow } from './requests-by-the-window.ts';
import { sessionLock } from './session-lock.ts';
import { tailNotLookedFor } from './tail-not-looked-for.ts';
import { timersByTheWallClock } from './timers-by-the-wall-clock.ts';

/** Every mutant that the simulator has to catch. */
export const MUTANTS: readonly Mutant[] = [
  noFence,
  chainNotChecked,
  checkpointOutsideTheTransaction,
  positionsByInsertId,
  messageIdOfTheEvent,
  acknowledgementsRecordedSingly,
  requestsByTheWindow,
  sessionLock,
  timersByTheWallClock,
  leaseNotConfirmed,
  tailNotLookedFor,
  knowledgeKeptAfterTrouble,
  clockMovedTwice,
  haltForgotten,
];

import { emptyStream } from './empty-stream.ts';
import { exhaustedConnections } from './exhausted-connections.ts';
import type { FaultKind } from './fault.ts';
import { fullDisk } from './full-disk.ts';
import { hostileReceivers } from './hostile-receivers.ts';
import { killAtCommit } from './kill-at-commit.ts';
import { killBeforeAcknowledgement } from './kill-before-acknowledgement.ts';
import { killNats } from './kill-nats.ts';
import { killService } from './kill-service.ts';
import { lostTail } from './lost-tail.ts';
import { oldStream } from './old-stream.ts';
import { partitions } from './partition.ts';
import { poison } from './poison.ts';
import { secondStack } from './second-stack.ts';
import { stopInTransaction } from './stop-in-transaction.ts';
import { stopPastLease } from './stop-past-lease.ts';
import { stopPostgres } from './stop-postgres.ts';

/** Everything that the house must get over by itself. */
export const FAULTS: readonly FaultKind[] = [
  killService,
  killAtCommit,
  killBeforeAcknowledgement,
  stopPastLease,
  stopInTransaction,
  secondStack,
  killNats,
  lostTail,
  oldStream,
  emptyStream,
  fullDisk,
  stopPostgres,
  exhaustedConnections,
  ...partitions,
  poison,
  ...hostileReceivers,
];

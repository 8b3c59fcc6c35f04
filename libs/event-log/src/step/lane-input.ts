import { decodeEvent, parseSubject, streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { assert, ContractViolation } from '@tocsin/domain-kit';
import type { StoredMessage } from '../stream/streams.ts';
import type { HeardFact } from './inputs.ts';
import { ProjectionFault } from './step-body.ts';

/** What a message says, or why it cannot be read. */
type Reading =
  | { readonly kind: 'readable'; readonly event: Recorded<AnyEvent> }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** What was read before its step came. Reading depends on nothing but the message, so it may be done at any time. */
const readings = new WeakMap<StoredMessage, Reading>();

/** Reads a message as it arrives: while one step waits for its transaction, the next one's facts are made ready. */
export function readAhead(lane: ServiceName, message: StoredMessage): void {
  readings.set(message, read(lane, message));
}

function read(lane: ServiceName, message: StoredMessage): Reading {
  try {
    const event = decodeEvent(message.body, { lane: streamOf(lane), position: message.sequence });
    return { kind: 'readable', event };
  } catch (error) {
    return { kind: 'unreadable', error };
  }
}

const readingOf = (lane: ServiceName, message: StoredMessage): Reading => readings.get(message) ?? read(lane, message);

/** Reads a lane's message for entities: what cannot be read is an input too, which parks under its key. */
export function heardFact(lane: ServiceName, message: StoredMessage): HeardFact {
  const subject = parseSubject(message.subject);
  assert(subject !== null, 'a heard lane stops at a subject that is not of this system');
  const reading = readingOf(lane, message);
  if (reading.kind === 'readable') return { kind: 'fact', lane, message, subject, content: reading };
  const { error } = reading;
  if (!(error instanceof ContractViolation)) throw error;
  return { kind: 'fact', lane, message, subject, content: { kind: 'unreadable', because: error.message } };
}

/** The same message, put aside because applying it failed for a reason of its own. */
export const poisoned = (fact: HeardFact, because: string): HeardFact => ({
  ...fact,
  content: { kind: 'unreadable', because },
});

/**
 * Reads a batch for read models.
 * @throws {ProjectionFault} at the first message that cannot be read.
 */
export function heardBatch(lane: ServiceName, messages: readonly StoredMessage[]): readonly Recorded<AnyEvent>[] {
  return messages.map((message) => {
    const reading = readingOf(lane, message);
    if (reading.kind === 'readable') return reading.event;
    throw new ProjectionFault('all', message.sequence, { cause: reading.error });
  });
}

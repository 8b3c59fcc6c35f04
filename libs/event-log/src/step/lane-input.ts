import { decodeEvent, parseSubject, streamOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { assert, ContractViolation } from '@tocsin/domain-kit';
import type { StoredMessage } from '../stream/streams.ts';
import type { HeardFact } from './inputs.ts';
import { ProjectionFault } from './step-body.ts';

/** Reads a lane's message for entities: what cannot be read is an input too, which parks under its key. */
export function heardFact(lane: ServiceName, message: StoredMessage): HeardFact {
  const subject = parseSubject(message.subject);
  assert(subject !== null, 'a heard lane stops at a subject that is not of this system');
  try {
    const event = decodeEvent(message.body, { lane: streamOf(lane), position: message.sequence });
    return { kind: 'fact', lane, message, subject, content: { kind: 'readable', event } };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    return { kind: 'fact', lane, message, subject, content: { kind: 'unreadable', because: error.message } };
  }
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
    try {
      return decodeEvent(message.body, { lane: streamOf(lane), position: message.sequence });
    } catch (error) {
      throw new ProjectionFault('all', message.sequence, { cause: error });
    }
  });
}

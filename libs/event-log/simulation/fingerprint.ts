import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** Everything that two services have written and said, in one value: two plays of a seed must have the same. */
export function fingerprintOf(ledgers: readonly Ledger[]): string {
  const hash = createHash('sha256');
  for (const { database, stream } of ledgers) {
    for (const { insertId, position, eventId, subject, body } of database.journal)
      hash.update(`${insertId} ${position ?? '-'} ${eventId} ${subject} `).update(body);
    for (const { sequence, messageId, chain, body } of stream?.messages ?? [])
      hash.update(`${sequence} ${messageId} ${chain} `).update(body);
    hash.update(JSON.stringify([...database.entities, ...database.timers, ...database.handled]));
  }
  return hash.digest('hex');
}

import type { NumberedEntry } from '../journal/journal.ts';

/**
 * The headers of an entry on its lane. Older servers look for duplicates before they look at the fence, newer ones after
 * it, so the message id must be the position's own; the fence makes the stream refuse doubles and disorder by itself.
 */
export const stampOf = (
  laneId: string,
  { position, chain, eventId, traceparent }: NumberedEntry,
): Readonly<Record<string, string>> => ({
  'Nats-Msg-Id': `${laneId}:${position}`,
  'Nats-Expected-Last-Sequence': String(position - 1),
  'Tocsin-Chain': chain.toString('hex'),
  'Content-Type': 'application/cloudevents+json',
  'ce-id': eventId,
  traceparent,
});

import { createHash } from 'node:crypto';

/** The namespace of every derived id; a constant, so that doing something again makes the same id. */
const NAMESPACE = Buffer.from('6f1d2c0a7b7e5d0c9a3e4b8f21c7d955', 'hex');

const UUID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** Returns the version 5 UUID of `name`. Source: RFC 9562, section 5.5. */
export function derivedId(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(UUID, '$1-$2-$3-$4-$5');
}

/** A W3C trace context whose trace is the correlation and whose span is the event; both are already unique. */
export const traceparentOf = (correlationId: string, eventId: string): string => {
  const hex = (id: string) => derivedId(id).replaceAll('-', '');
  return `00-${hex(correlationId)}-${hex(eventId).slice(0, 16)}-01`;
};

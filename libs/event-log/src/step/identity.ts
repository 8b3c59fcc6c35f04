import { hash } from 'node:crypto';

/** The namespace of every derived id; a constant, so that doing something again makes the same id. */
const NAMESPACE = Buffer.from('6f1d2c0a7b7e5d0c9a3e4b8f21c7d955', 'hex');

/** The namespace with room for a name behind it: ids are made for every fact, and most names are short. */
const room = Buffer.alloc(1_024);
NAMESPACE.copy(room);

/** Returns the version 5 UUID of `name`. Source: RFC 9562, section 5.5. */
export function derivedId(name: string): string {
  const hex = derivedHex(name);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The same without hyphens. */
function derivedHex(name: string): string {
  const bytes = NAMESPACE.length + Buffer.byteLength(name);
  const row = bytes <= room.length ? room : Buffer.concat([NAMESPACE], bytes);
  row.write(name, NAMESPACE.length);
  const digest = hash('sha1', row.subarray(0, bytes), 'hex');
  const variant = (0x8 | (Number.parseInt(digest.charAt(16), 16) & 0x3)).toString(16);
  return `${digest.slice(0, 12)}5${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`;
}

/** The trace that was looked up last: facts of one cause come in a row. */
let lastTrace = { correlationId: '', hex: derivedHex('') };

/** A W3C trace context whose trace is the correlation and whose span is the event; both are already unique. */
export function traceparentOf(correlationId: string, eventId: string): string {
  if (lastTrace.correlationId !== correlationId) lastTrace = { correlationId, hex: derivedHex(correlationId) };
  return `00-${lastTrace.hex}-${derivedHex(eventId).slice(0, 16)}-01`;
}

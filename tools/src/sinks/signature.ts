import { createHmac, timingSafeEqual } from 'node:crypto';

/** The headers by which Standard Webhooks says who sent a body, and when. */
export type SignedHeaders = { readonly id: string; readonly timestamp: string; readonly signatures: string };

/** Seconds that a receiver's and a sender's clocks may differ. */
const TOLERANCE_S = 300;

/**
 * Whether the body was signed with the secret, lately. Written from the specification and not with the sender's library,
 * so that the two check each other. Source: Standard Webhooks, "Verifying webhook authenticity".
 */
export function isAuthentic(
  body: string,
  { id, timestamp, signatures }: SignedHeaders,
  secret: string,
  nowS: number,
): boolean {
  if (!(Math.abs(nowS - Number(timestamp)) <= TOLERANCE_S)) return false;
  const key = Buffer.from(secret.trim().replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

import { createHash } from 'node:crypto';

const SEPARATOR = Buffer.from([0]);

/** The chain value before the first position of a lane. */
export const chainStart = (laneId: string): Buffer => createHash('sha256').update(laneId).digest();

/** The chain value of the position that follows `previous`: sha256(previous ‖ subject ‖ 0 ‖ body). */
export const chainNext = (previous: Uint8Array, subject: string, body: Uint8Array): Buffer =>
  createHash('sha256').update(previous).update(subject).update(SEPARATOR).update(body).digest();

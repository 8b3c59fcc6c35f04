import { hash } from 'node:crypto';

/** Where what is hashed stands in a row: one call of the hash costs half of what four pieces do. */
const room = Buffer.allocUnsafe(64 * 1_024);

/** The chain value before the first position of a lane. */
export const chainStart = (laneId: string): Buffer => hash('sha256', laneId, 'buffer');

/** The chain value of the position that follows `previous`: sha256(previous ‖ subject ‖ 0 ‖ body). */
export function chainNext(previous: Uint8Array, subject: string, body: Uint8Array): Buffer {
  const bytes = previous.length + Buffer.byteLength(subject) + 1 + body.length;
  const row = bytes <= room.length ? room : Buffer.allocUnsafe(bytes);
  row.set(previous);
  let end = previous.length;
  end += row.write(subject, end);
  row[end] = 0;
  row.set(body, end + 1);
  return hash('sha256', row.subarray(0, bytes), 'buffer');
}

import { createHash } from 'node:crypto';
import type { BarWindow } from '../../domain/bar-window.ts';

/** SHA-256 of bars, one line for each: whoever trains again can tell whether it was on the same. */
export function barsDigest(bars: BarWindow): string {
  const hash = createHash('sha256');
  for (const { openAt, open, high, low, close, volume, volumeKind } of bars)
    hash.update(`${[openAt, open, high, low, close, volume, volumeKind].join(',')}\n`);
  return hash.digest('hex');
}

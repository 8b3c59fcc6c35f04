import { setTimeout as pause } from 'node:timers/promises';
import type { House } from '../house/house.ts';
import type { Held } from '../../link.ts';

/** A service that commits nothing for this long is not caught. */
const PATIENCE_MS = 3_000;

/** Catches the instance `name` with its COMMIT on the wire: the transaction is open, and the service waits. */
export async function caughtAtCommit(house: House, name: string): Promise<Held | null> {
  const held = await Promise.race([house.postgresLink.holdNext(name, 'COMMIT\0'), pause(PATIENCE_MS, null)]);
  house.postgresLink.holdNoMore(name);
  return held;
}

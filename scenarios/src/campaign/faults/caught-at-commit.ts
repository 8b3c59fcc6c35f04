import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceName } from '@tocsin/contracts';
import type { House } from '../house/house.ts';
import { holderOf } from '../house/services.ts';
import type { Held } from '../../link.ts';

/** A service that commits nothing for this long is not caught. */
const PATIENCE_MS = 3_000;

/** Catches a service with its COMMIT on the wire: the transaction is open, and the service waits. */
export async function caughtAtCommit(house: House, service: ServiceName): Promise<Held | null> {
  const name = holderOf(service);
  const held = await Promise.race([house.postgresLink.holdNext(name, 'COMMIT\0'), pause(PATIENCE_MS, null)]);
  house.postgresLink.holdNoMore(name);
  return held;
}

import { Caller, type Reach } from '@tocsin/outbound';
import type { NotificationConfig } from '../../config.ts';

/** Whoever watches from outside; null where nobody does. Its address is its secret, so messages name it by what it is. */
export function watcherOf(
  { HEARTBEAT_URL: url, DELIVERY_TIMEOUT_MS: timeoutMs }: NotificationConfig,
  reach: Reach,
): { readonly caller: Caller; readonly url: string } | null {
  return url === null ? null : { caller: new Caller('heartbeat', { timeoutMs, reach }), url };
}

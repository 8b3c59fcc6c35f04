import { SHARED_TENANT, type ChannelPolicy, type NotificationDefaults, type RoutingPolicy } from '@tocsin/contracts';
import type { AddressBook, TenantBook } from './address-book.ts';

/** The routing policy of everyone who has not said otherwise. */
export const bootRouting = ({ routes, grouping, repeats, attempts, digests }: NotificationDefaults): RoutingPolicy => ({
  routes,
  grouping,
  repeats,
  attempts,
  digests,
});

/** What holds at the start: the channels that the environment wires are everybody's. */
export function bootBook(policy: NotificationDefaults, live: readonly ChannelPolicy[]): AddressBook {
  const nobody: TenantBook = {
    routings: new Map([[0, bootRouting(policy)]]),
    newestRouting: 0,
    channels: [],
    holds: { silences: [], quietHours: null },
  };
  return { tenants: new Map([[SHARED_TENANT, { ...nobody, channels: live }]]), nobody };
}

import type { Rate } from '@tocsin/contracts';
import type { DeliveryChannel } from './channels/channel.ts';

/** A channel that leads somewhere, and how much it takes. */
export type OpenChannel = { readonly channel: DeliveryChannel; readonly rate: Rate };

/** The channels that are there now; they come and go while the service runs. */
export interface OpenChannels {
  /** Null where no such channel is configured here. */
  find(channelId: string): OpenChannel | null;
  /** Those of a tenant, standbys among them, in the order in which one takes over from another. */
  of(tenant: string): readonly Pick<DeliveryChannel, 'id' | 'kind'>[];
  all(): readonly DeliveryChannel[];
}

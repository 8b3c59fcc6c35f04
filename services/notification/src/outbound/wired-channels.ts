import type { ChannelPolicy } from '@tocsin/contracts';
import { SHARED_TENANT } from '@tocsin/contracts';
import { HOUSE_RATE } from '../domain/deliveries/bucket.ts';
import type { DeliveryChannel } from './channels/channel.ts';
import type { OpenChannel, OpenChannels } from './open-channel.ts';

/** The channels that the environment wires; they are everybody's, and stay as long as the process. */
export class WiredChannels implements OpenChannels {
  readonly #channels: ReadonlyMap<string, OpenChannel>;

  constructor(channels: readonly DeliveryChannel[], policies: readonly Pick<ChannelPolicy, 'id' | 'rate'>[]) {
    const rateOf = (id: string) => policies.find((policy) => policy.id === id)?.rate ?? HOUSE_RATE;
    this.#channels = new Map(channels.map((channel) => [channel.id, { channel, rate: rateOf(channel.id) }]));
  }

  find(channelId: string): OpenChannel | null {
    return this.#channels.get(channelId) ?? null;
  }

  of(tenant: string): readonly DeliveryChannel[] {
    return tenant === SHARED_TENANT ? this.all() : [];
  }

  all(): readonly DeliveryChannel[] {
    return [...this.#channels.values()].map(({ channel }) => channel);
  }
}

import { Controller, Inject } from '@nestjs/common';
import {
  SHARED_TENANT,
  type AddChannel,
  type ChangeChannel,
  type ChannelPolicy,
  type RemoveChannel,
  type Requested,
  type TestChannel,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention, type Local } from '@tocsin/event-log';
import type { ChannelEntity } from '../../channel.entity.ts';
import { delivery } from '../../delivery.entity.ts';
import { testLetter } from '../../domain/channels/test-letter.ts';
import { knownChannels, policyOf } from './known-channel.model.ts';

/** The token of the channel entity, which knows the ids that the operator wires. */
export const CHANNEL_ENTITY = Symbol('tocsin:channel-entity');

/** The token of the channels that the operator wires: they can be tested too. */
export const WIRED_CHANNELS = Symbol('tocsin:wired-channels');

/** What people ask of channels. */
@Controller()
export class ChannelController {
  constructor(
    @Inject(CHANNEL_ENTITY) private readonly channel: ChannelEntity,
    @Inject(WIRED_CHANNELS) private readonly wired: readonly ChannelPolicy[],
  ) {}

  @Handles('AddChannel')
  onAddChannel({ actor: by, data }: Requested<AddChannel>, at: Instant): Intention {
    return to(this.channel, data.channelId, { type: 'AddChannel', data: { ...data, by, at } });
  }

  @Handles('ChangeChannel')
  onChangeChannel({ actor: by, data }: Requested<ChangeChannel>, at: Instant): Intention {
    return to(this.channel, data.channelId, { type: 'ChangeChannel', data: { ...data, by, at } });
  }

  @Handles('RemoveChannel')
  onRemoveChannel({ actor: by, data }: Requested<RemoveChannel>, at: Instant): Intention {
    return to(this.channel, data.channelId, { type: 'RemoveChannel', data: { ...data, by, at } });
  }

  /**
   * A test is a message like any other, and the request's id is in its name: asking once makes one. Where there is
   * nothing to test, the channel says why.
   */
  @Handles('TestChannel')
  onTestChannel({ id, actor: by, data }: Requested<TestChannel>, at: Instant, local: Local): Intention {
    const { tenant, channelId } = data;
    const channel = this.#openTo(tenant, channelId, local);
    if (channel === null) return to(this.channel, channelId, { type: 'TestChannel', data });
    const notificationId = `test:${channelId}:${id}`;
    const letter = testLetter({ notificationId, tenant, channel, by, at });
    return to(delivery, notificationId, { type: 'Intend', data: letter });
  }

  /** A channel that is on, and that this tenant may try. */
  #openTo(tenant: string, channelId: string, local: Local): ChannelPolicy | null {
    const wired = tenant === SHARED_TENANT ? this.wired.find(({ id }) => id === channelId) : undefined;
    if (wired !== undefined) return wired;
    const known = local.get(knownChannels, channelId);
    return known?.tenant === tenant && known.settings.enabled ? policyOf(known) : null;
  }
}

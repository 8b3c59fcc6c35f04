import type { EntityType } from '@tocsin/event-log';
import {
  channelDecider,
  type Channel,
  type ChannelCommand,
  type ChannelEvent,
  type ChannelRefusal,
} from './domain/channels/channel.decider.ts';

export type ChannelEntity = EntityType<ChannelCommand, ChannelEvent, Channel, ChannelRefusal>;

/** One way to reach people that somebody made; its id, unique over all tenants, is the key. */
export const channelEntity = (isWired?: (channelId: string) => boolean): ChannelEntity => ({
  type: 'channel',
  decider: channelDecider(isWired),
});

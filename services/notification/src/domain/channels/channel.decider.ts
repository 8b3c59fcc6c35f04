import type {
  AddChannel,
  ChangeChannel,
  ChannelChanged,
  ChannelRemoved,
  ChannelSettings,
  RemoveChannel,
  TestChannel,
} from '@tocsin/contracts';
import { refuse, type Decider, type Instant, type Message, type Refusal } from '@tocsin/domain-kit';
import { settingsFault } from './settings-fault.ts';

/** A channel as somebody made it. Its id stays its tenant's for ever: old messages carry it. */
export type Channel =
  | { readonly status: 'never' }
  | {
      readonly status: 'there';
      readonly tenant: string;
      readonly version: number;
      readonly settings: ChannelSettings;
    }
  | { readonly status: 'removed'; readonly tenant: string; readonly version: number };

type Asked = { readonly by: string; readonly at: Instant };

export type ChannelCommand =
  | Message<'AddChannel', AddChannel['data'] & Asked>
  | Message<'ChangeChannel', ChangeChannel['data'] & Asked>
  | Message<'RemoveChannel', RemoveChannel['data'] & Asked>
  /** Nothing changes by a test: it only is refused where there is nothing to test. */
  | Message<'TestChannel', TestChannel['data']>;

export type ChannelEvent = ChannelChanged | ChannelRemoved;

export type ChannelRefusal =
  'channel-taken' | 'channel-unknown' | 'channel-invalid' | 'channel-changed-meanwhile' | 'channel-off';

export type ChannelDecider = Decider<ChannelCommand, ChannelEvent, Channel, ChannelRefusal>;

/**
 * Decides what channels there are besides those that the operator wires. `isWired` tells the ids of those. Another
 * tenant's channel is one that there is not: nobody learns from a refusal who has which.
 */
export const channelDecider = (isWired: (channelId: string) => boolean = () => false): ChannelDecider => ({
  initialState: () => ({ status: 'never' }),

  decide(command, channel) {
    switch (command.type) {
      case 'AddChannel': {
        const { tenant, channelId, channel: settings, by, at } = command.data;
        const isOwnAgain = channel.status === 'removed' && channel.tenant === tenant;
        if (isWired(channelId) || !(channel.status === 'never' || isOwnAgain)) return taken(channelId);
        return (
          invalid(tenant, settings) ?? [
            {
              type: 'ChannelChanged',
              data: { tenant, channelId, version: versionOf(channel) + 1, channel: settings, by, at },
            },
          ]
        );
      }
      case 'ChangeChannel': {
        const { tenant, channelId, channel: settings, basedOn, by, at } = command.data;
        if (channel.status !== 'there' || channel.tenant !== tenant) return unknown(channelId);
        const { version } = channel;
        if (basedOn !== undefined && basedOn !== version)
          return refuse(
            'channel-changed-meanwhile',
            `It is at version ${version} by now, and this was made of ${basedOn}.`,
          );
        if (spelt(channel.settings) === spelt(settings)) return [];
        return (
          invalid(tenant, settings) ?? [
            { type: 'ChannelChanged', data: { tenant, channelId, version: version + 1, channel: settings, by, at } },
          ]
        );
      }
      case 'RemoveChannel': {
        const { tenant, channelId, reason, by, at } = command.data;
        if (channel.status === 'removed' && channel.tenant === tenant) return [];
        if (channel.status !== 'there' || channel.tenant !== tenant) return unknown(channelId);
        return [{ type: 'ChannelRemoved', data: { tenant, channelId, by, reason, at } }];
      }
      case 'TestChannel': {
        const { tenant, channelId } = command.data;
        if (channel.status !== 'there' || channel.tenant !== tenant) return unknown(channelId);
        return channel.settings.enabled ? [] : refuse('channel-off', 'Nothing is sent on a channel that is off.');
      }
    }
  },

  evolve(channel, { type, data }) {
    switch (type) {
      case 'ChannelChanged': {
        const { tenant, version, channel: settings } = data;
        return { status: 'there', tenant, version, settings };
      }
      case 'ChannelRemoved':
        return { status: 'removed', tenant: data.tenant, version: versionOf(channel) };
    }
  },
});

const versionOf = (channel: Channel): number => (channel.status === 'never' ? 0 : channel.version);

const taken = (channelId: string): Refusal<'channel-taken'> =>
  refuse('channel-taken', `There is a channel of the id '${channelId}' already, or there was one.`);

const unknown = (channelId: string): Refusal<'channel-unknown'> =>
  refuse('channel-unknown', `There is no channel of the id '${channelId}'.`);

function invalid(tenant: string, settings: ChannelSettings): Refusal<'channel-invalid'> | null {
  const fault = settingsFault(tenant, settings);
  return fault === null ? null : refuse('channel-invalid', fault);
}

/** The same text for the same settings, in whatever order somebody wrote them. */
const spelt = (settings: ChannelSettings): string =>
  JSON.stringify(settings, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );

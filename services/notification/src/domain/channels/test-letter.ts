import { SHARED_TENANT, type ChannelPolicy, type DeliveryIntended } from '@tocsin/contracts';
import { plainText, type Instant } from '@tocsin/domain-kit';

/** What is tried out, and by whom. */
export type Trial = {
  readonly notificationId: string;
  readonly tenant: string;
  readonly channel: Pick<ChannelPolicy, 'id' | 'kind' | 'name'>;
  readonly by: string;
  readonly at: Instant;
};

/** The message that somebody asked for to see whether a channel reaches anybody. */
export function testLetter({ notificationId, tenant, channel, by, at }: Trial): DeliveryIntended['data'] {
  return {
    notificationId,
    channelId: channel.id,
    channelKind: channel.kind,
    kind: 'test',
    scope: 'service-notification',
    episodeId: notificationId,
    level: 'INFO',
    repeatIndex: 0,
    title: plainText(`Test: ${channel.name}`, 200),
    text: `This is a test of the channel '${channel.id}', asked for by ${by}. Whoever reads it is reached; nothing has to be done.`,
    facts: {},
    simulated: false,
    ...(tenant !== SHARED_TENANT && { tenant }),
    at,
  };
}

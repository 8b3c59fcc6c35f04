import type { ChannelRemoved, DeliveryDeadLettered, DeliverySucceeded } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';

/** What notification says of its messages. */
const at = instant('2014-05-05T16:00:00.000Z');
const ids = { notificationId: 'esc:3f8a1c0b92d4e6f7:CRITICAL:ops-webhook:0', channelId: 'ops-webhook' };

export const deadLettered = (more: Partial<DeliveryDeadLettered['data']> = {}): DeliveryDeadLettered => ({
  type: 'DeliveryDeadLettered',
  data: { ...ids, attempts: 42, lastError: 'It answered 503.', firstAt: plusMs(at, -21_600_000), at, ...more },
});

export const deliverySucceeded = (channelId = ids.channelId): DeliverySucceeded => ({
  type: 'DeliverySucceeded',
  data: { ...ids, channelId, attempts: 1, possibleRepeat: false, receipt: '202', at },
});

export const channelRemoved = (): ChannelRemoved => ({
  type: 'ChannelRemoved',
  data: { tenant: 'shared', channelId: ids.channelId, by: 'dana', reason: 'Not used any more.', at },
});

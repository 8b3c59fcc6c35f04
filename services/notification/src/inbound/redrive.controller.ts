import { Controller } from '@nestjs/common';
import type { RedriveDelivery, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention, type Local } from '@tocsin/event-log';
import { delivery } from '../delivery.entity.ts';
import { deadLetter } from '../outbound/dead-letter.model.ts';

/** Dead letters that somebody wants tried again. */
@Controller()
export class RedriveController {
  @Handles('RedriveDelivery')
  onRedriveDelivery({ actor: by, data }: Requested<RedriveDelivery>, at: Instant, local: Local): Intention {
    const { notificationId, channelId, reason, force: isForced = false, rehearse: isRehearsal = false } = data;
    const kept = local.get(deadLetter, notificationId);
    return to(delivery, notificationId, {
      type: 'Redrive',
      data: {
        ...{ notificationId, channelId, by, reason, isForced, isRehearsal, at },
        isKept: kept !== undefined,
        isOver: kept?.isOver ?? false,
      },
    });
  }
}

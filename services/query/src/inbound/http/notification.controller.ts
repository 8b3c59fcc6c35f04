import { Body, Controller, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Answer } from '../../reading/answer.ts';
import { DeadLetters, type DeadLettersAsked } from '../../reading/dead-letters.ts';
import { Notices, type NoticesAsked } from '../../reading/notices.ts';
import { Notifications, type NotificationsAsked } from '../../reading/notifications.ts';
import { AnswerInterceptor } from './answer.interceptor.ts';
import { Ask } from './ask.ts';
import { Door, type Reply } from './door.ts';
import { Read } from './endpoint.ts';
import {
  deadLettersAnswer,
  DELIVERY_STATUS,
  NOTICE_STATUS,
  noticesAnswer,
  notificationsAnswer,
} from './notification-answers.ts';
import { atLeast, id, paging, sentence, token } from './parameters.ts';
import { question, statement } from './question.ts';
import { requestAnswer } from './request-answers.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';

type ByNotification = { readonly id: string };
type Redrive = { readonly reason: string; readonly force?: boolean; readonly rehearse?: boolean };

const notificationsQuestion = question<NotificationsAsked>({
  properties: {
    episode: id('Only what tells of this episode, alone or among others.'),
    channel: token('Only this channel.'),
    status: { type: 'string', enum: DELIVERY_STATUS, description: 'Only deliveries that stand like this.' },
    ...paging,
    atLeast,
  },
});
const noticesQuestion = question<NoticesAsked>({
  properties: {
    episode: id('Only of this episode.'),
    status: { type: 'string', enum: NOTICE_STATUS, description: 'Only notices that stand like this.' },
    ...paging,
    atLeast,
  },
});
const deadLettersQuestion = question<DeadLettersAsked>({
  properties: { channel: token('Only this channel.'), ...paging, atLeast },
});
const byNotification = question<ByNotification>({
  properties: { id: id('The id of the notification.') },
  required: ['id'],
});
const redrive = statement<Redrive>({
  properties: {
    reason: sentence('What you have to say; kept with the fact.', 'They are back.'),
    force: { type: 'boolean', description: 'Whether to send it even if it is over, or older than 24 h.' },
    rehearse: {
      type: 'boolean',
      description: 'Whether to only find out what would happen: `unchanged` where it would be tried again.',
    },
  },
  required: ['reason'],
});

/** Who was told what, who is still to be told, and what was given up. */
@ApiTags('notification')
@Controller('api')
export class NotificationController {
  constructor(
    private readonly deliveries: Notifications,
    private readonly notices: Notices,
    private readonly deadLetters: DeadLetters,
    private readonly door: Door,
  ) {}

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: 'notifications',
    summary: 'The delivery ledger: who was told what, and whether it arrived.',
    query: notificationsQuestion,
    answer: notificationsAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  notifications(@Query() asked: NotificationsAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.deliveries.list(tenant, asked);
  }

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: 'notices',
    summary: 'What the people of a tenant are to be told, what holds it back, and what they know.',
    query: noticesQuestion,
    answer: noticesAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  waiting(@Query() asked: NoticesAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.notices.list(tenant, asked);
  }

  @UseInterceptors(AnswerInterceptor)
  @Read({
    path: 'dead-letters',
    summary: 'Messages that were given up, and whether they are still worth sending.',
    query: deadLettersQuestion,
    answer: deadLettersAnswer,
    isOfTenant: true,
    problems: ['invalid-cursor'],
  })
  dead(@Query() asked: DeadLettersAsked, @AskedTenant() tenant: string): Promise<Answer> {
    return this.deadLetters.list(tenant, asked);
  }

  @Ask({
    path: 'dead-letters/:id/redrive',
    summary: 'Has a message tried again that was given up, or only finds out whether it would be.',
    params: byNotification,
    body: redrive,
    answer: requestAnswer,
    isOfTenant: true,
    problems: ['unknown-notification'],
  })
  async redrive(
    @Param() { id: notificationId }: ByNotification,
    @Body() { reason, force = false, rehearse = false }: Redrive,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const channelId = await this.deadLetters.channelOf(tenant, notificationId);
    const data = { tenant, notificationId, channelId, reason, force, rehearse };
    return await this.door.ask({ command: { type: 'RedriveDelivery', data } }, terms, reply);
  }
}

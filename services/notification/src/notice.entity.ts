import type { DeliveryIntended } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import { noticeDecider, type Notice, type NoticeCommand } from './domain/notice.decider.ts';

/** What people know about one scope; the scope is the key. */
export const notice: EntityType<NoticeCommand, DeliveryIntended, Notice> = { type: 'notice', decider: noticeDecider };

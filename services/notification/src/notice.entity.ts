import type { EntityType } from '@tocsin/event-log';
import type { NoticeCommand } from './domain/notices/notice.commands.ts';
import { noticeDecider, type NoticeRefusal } from './domain/notices/notice.decider.ts';
import type { NoticeEvent } from './domain/notices/notice.memory.ts';
import type { Notice } from './domain/notices/notice.ts';

/** What people of one tenant know about one scope; the tenant, a slash and the scope are the key. */
export const notice: EntityType<NoticeCommand, NoticeEvent, Notice, NoticeRefusal> = {
  type: 'notice',
  version: 3,
  stateBytesMax: 32_768, // It remembers up to 64 channels that were told, for the open episode and for ends that wait.
  decider: noticeDecider,
};

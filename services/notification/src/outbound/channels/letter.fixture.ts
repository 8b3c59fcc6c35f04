import { instant } from '@tocsin/domain-kit';
import type { Letter } from './channel.ts';

/** A letter as the worker hands it to a channel. */
export const letter = (changes: Partial<Letter> = {}): Letter => ({
  notificationId: 'esc:3f8a1c0b92d4e6f7:CRITICAL:webhook:0',
  channelId: 'webhook',
  channelKind: 'webhook',
  kind: 'escalation',
  scope: 'pair-EURUSD-15m',
  episodeId: '3f8a1c0b92d4e6f7',
  level: 'CRITICAL',
  repeatIndex: 0,
  title: 'CRITICAL: EURUSD 15m (simulated)',
  text: 'EURUSD 15m: three bars in a row could not be fetched.',
  facts: { pair: 'EURUSD-15m', provider: 'simulated' },
  simulated: true,
  at: instant('2014-05-06T10:31:40Z'),
  isPossibleRepeat: false,
  firstReceipt: null,
  ...changes,
});

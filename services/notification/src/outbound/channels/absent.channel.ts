import { NoAnswer } from '@tocsin/outbound';
import type { DeliveryChannel, Letter } from './channel.ts';

/** Stands in for a channel that work is left for and that is no longer configured: its letters wait, and then are given up. */
export class AbsentChannel implements DeliveryChannel {
  readonly timeoutMs = 1_000;

  constructor(
    readonly id: string,
    readonly kind: Letter['channelKind'],
  ) {}

  send(): Promise<never> {
    return Promise.reject(new NoAnswer('unreachable', `the channel '${this.id}' is not configured here`));
  }
}

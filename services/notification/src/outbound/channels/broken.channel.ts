import { NoAnswer } from '@tocsin/outbound';
import type { DeliveryChannel, Letter } from './channel.ts';

/** Stands in for a channel that cannot be opened, until a person has mended it: its letters wait, and say why. */
export class BrokenChannel implements DeliveryChannel {
  readonly timeoutMs = 1_000;

  constructor(
    readonly id: string,
    readonly kind: Letter['channelKind'],
    readonly because: string,
  ) {}

  send(): Promise<never> {
    return Promise.reject(new NoAnswer('unreachable', `the channel '${this.id}' is broken: ${this.because}`));
  }
}

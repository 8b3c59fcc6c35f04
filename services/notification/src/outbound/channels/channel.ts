import type { DeliveryIntended } from '@tocsin/contracts';
import type { CallerStats } from '@tocsin/outbound';

/** What is sent: the words that were decided, and what the channel has to know of what went before. */
export type Letter = DeliveryIntended['data'] & {
  /** Whether it may have arrived before. */
  readonly isPossibleRepeat: boolean;
  /** What this channel gave as a receipt for its first message about the same episode; null where there is none. */
  readonly firstReceipt: string | null;
};

/**
 * One way to reach people. Either `send` returns, and the channel has taken the letter, or it throws a Fault that says
 * what to do. It tries once; the worker remembers and tries again. Sending a letter again repeats its ids.
 */
export interface DeliveryChannel {
  readonly id: string;
  readonly kind: Letter['channelKind'];
  /** No send lasts longer, in milliseconds. */
  readonly timeoutMs: number;
  /** Returns what the receiver gave as a receipt, if anything. */
  send(letter: Letter): Promise<string | null>;
  /** Whether a send would be made now, or would only be told that the target is left alone for a while. */
  isReady?(): Promise<boolean>;
  /** For the metrics, where there is a target outside. */
  stats?(): CallerStats | undefined;
  close?(): Promise<void>;
}

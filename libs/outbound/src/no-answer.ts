import { Unreachable } from '@tocsin/domain-kit';
import type { Reply } from './reply.ts';

/**
 * Why there was no answer: nobody there or an error of theirs, too slow, asked to slow down (by the target, or by our
 * own limits), or not tried at all because the breaker is open.
 */
export type NoAnswerReason = 'unreachable' | 'timeout' | 'rate-limited' | 'breaker-open';

/** How long to leave a target alone when it did not say, in milliseconds. */
const RETRY_HINT_MS = 5_000;

/** The target gave no usable answer; another try may get one. */
export class NoAnswer extends Unreachable {
  /** How long the target itself asked to be left alone (`Retry-After`), in milliseconds; null when it did not say. */
  readonly askedMs: number | null;
  /** What it told instead of an answer; null when nothing came, or nothing was sent. */
  readonly reply: Reply | null;

  constructor(
    readonly reason: NoAnswerReason,
    message: string,
    {
      askedMs = null,
      hintMs = RETRY_HINT_MS,
      reply = null,
      cause,
    }: { askedMs?: number | null; hintMs?: number; reply?: Reply | null; cause?: unknown } = {},
  ) {
    super(message, { retryAfterMs: askedMs ?? hintMs }, cause === undefined ? {} : { cause });
    this.askedMs = askedMs;
    this.reply = reply;
  }
}

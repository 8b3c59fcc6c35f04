import { Caller, type CallerOptions, type CallerStats } from '@tocsin/outbound';
import { Webhook } from 'standardwebhooks';
import type { DeliveryChannel, Letter } from '../channel.ts';

/** Where a webhook goes and how it is signed. */
export interface WebhookOptions {
  readonly id: string;
  readonly url: string;
  /** Base64, with or without the prefix `whsec_`. */
  readonly secret: string;
  readonly timeoutMs: number;
  readonly rate: NonNullable<CallerOptions['rate']>;
}

/**
 * Signed as Standard Webhooks says. A repeat carries the same id and the very same body, so that a receiver who keeps
 * either the id or the idempotency key can tell; only the timestamp and its signature are new.
 */
export class WebhookChannel implements DeliveryChannel {
  readonly id: string;
  readonly kind = 'webhook';
  readonly timeoutMs: number;
  readonly #url: string;
  readonly #signer: Webhook;
  readonly #caller: Caller;

  /** @throws {Error} when the secret is no base64. */
  constructor({ id, url, secret, timeoutMs, rate }: WebhookOptions) {
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.#url = url;
    this.#signer = new Webhook(secret.trim());
    this.#caller = new Caller(id, { timeoutMs, rate });
  }

  async send(letter: Letter): Promise<string> {
    const id = letter.notificationId;
    const body = bodyOf(letter);
    const signedAt = new Date();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1_000)),
      'webhook-signature': this.#signer.sign(id, signedAt, body),
      ...(letter.isPossibleRepeat && { 'tocsin-possible-repeat': 'true' }),
    };
    const { status } = await this.#caller.post(this.#url, body, { headers, idempotencyKey: id });
    return String(status);
  }

  isReady(): Promise<boolean> {
    return this.#caller.isReady();
  }

  stats(): CallerStats {
    return this.#caller.stats();
  }

  close(): Promise<void> {
    return this.#caller.close();
  }
}

/** A function of what was decided and of nothing else: the same letter makes the same bytes. */
function bodyOf(letter: Letter): string {
  const { notificationId, kind, level, scope, episodeId, repeatIndex, title, text, facts, simulated, at } = letter;
  return JSON.stringify({
    type: `tocsin.notification.${kind}`,
    timestamp: at,
    data: {
      notification_id: notificationId,
      level,
      scope,
      episode_id: episodeId,
      repeat_index: repeatIndex,
      title,
      text,
      facts,
      simulated,
    },
  });
}

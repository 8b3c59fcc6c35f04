import { Webhook } from 'standardwebhooks';
import { webhookBody } from '../../../templates/webhook.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import type { Secrets } from '../secrets.ts';

/** Where a webhook goes and how it is signed. */
export interface WebhookOptions extends Manners {
  readonly url: string;
  /** Base64, with or without the prefix `whsec_`. Every one that is good signs, so that a receiver can change over in peace. */
  readonly secrets: Secrets;
}

/**
 * Signed as Standard Webhooks says. A repeat carries the same id and the very same body, so that a receiver who keeps
 * either the id or the idempotency key can tell; only the timestamp and its signature are new.
 */
export class WebhookChannel extends CalledChannel {
  readonly kind = 'webhook';
  readonly #url: string;
  readonly #secrets: Secrets;

  /** @throws {Error} when a secret is no base64. */
  constructor({ url, secrets, ...manners }: WebhookOptions) {
    super(manners);
    for (const secret of secrets.good) new Webhook(secret);
    this.#url = url;
    this.#secrets = secrets;
  }

  async send(letter: Letter): Promise<string> {
    const id = letter.notificationId;
    const body = webhookBody(letter);
    const signedAt = new Date();
    this.#secrets.newestOf(this.id);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1_000)),
      'webhook-signature': this.#secrets.good.map((secret) => new Webhook(secret).sign(id, signedAt, body)).join(' '),
      ...(letter.isPossibleRepeat && { 'tocsin-possible-repeat': 'true' }),
    };
    const { status } = await this.caller.post(this.#url, body, { headers, idempotencyKey: id });
    return String(status);
  }
}

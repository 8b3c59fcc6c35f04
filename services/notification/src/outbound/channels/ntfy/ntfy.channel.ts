import { ntfyMessage } from '../../../templates/ntfy.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import { jsonOf } from '../json-of.ts';
import type { Secrets } from '../secrets.ts';

export interface NtfyOptions extends Manners {
  readonly server: string;
  readonly topic: string;
  /** An access token; empty for a topic that anybody may write to. */
  readonly secrets: Secrets;
  /** Whether there should be a token. */
  readonly isSecret: boolean;
}

/** ntfy: a push message to whoever has subscribed to the topic. */
export class NtfyChannel extends CalledChannel {
  readonly kind = 'ntfy';
  readonly #options: NtfyOptions;

  constructor(options: NtfyOptions) {
    super(options);
    this.#options = options;
  }

  async send(letter: Letter): Promise<string | null> {
    const { server, topic, secrets, isSecret } = this.#options;
    const token = isSecret ? secrets.newestOf(this.id) : null;
    const message = ntfyMessage(letter, topic);
    const { text } = await this.caller.post(`${server}/`, message, {
      headers: {
        'x-sequence-id': message.sequence_id,
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      secrets: token === null ? [] : [token],
    });
    const { id } = jsonOf(text);
    return typeof id === 'string' ? id : null;
  }
}

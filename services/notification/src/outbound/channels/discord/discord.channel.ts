import { NoAnswer } from '@tocsin/outbound';
import { discordMessage } from '../../../templates/discord.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import { jsonOf } from '../json-of.ts';
import type { Secrets } from '../secrets.ts';

export interface DiscordOptions extends Manners {
  /** The address of the webhook. */
  readonly secrets: Secrets;
}

/** Discord, by a webhook. It says the id of what it posted, which is the receipt. */
export class DiscordChannel extends CalledChannel {
  readonly kind = 'discord';
  readonly #secrets: Secrets;

  constructor({ secrets, ...manners }: DiscordOptions) {
    super(manners);
    this.#secrets = secrets;
  }

  async send(letter: Letter): Promise<string | null> {
    const secret = this.#secrets.newestOf(this.id);
    const url = new URL(secret);
    url.searchParams.set('wait', 'true'); // Else it answers before it has posted anything.
    try {
      const { text } = await this.caller.post(url, discordMessage(letter), { secrets: [secret] });
      const { id } = jsonOf(text);
      return typeof id === 'string' ? id : null;
    } catch (error) {
      throw asAsked(error);
    }
  }
}

/** How long to wait stands in the body, in seconds and more exactly than in the header. */
function asAsked(error: unknown): unknown {
  if (!(error instanceof NoAnswer) || error.reason !== 'rate-limited' || error.reply === null) return error;
  const { retry_after: seconds } = jsonOf(error.reply.excerpt);
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) return error;
  const askedMs = Math.max(Math.ceil(seconds * 1_000), error.askedMs ?? 0);
  return new NoAnswer('rate-limited', error.message, { askedMs, reply: error.reply, cause: error });
}

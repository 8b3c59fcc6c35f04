import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer } from '@tocsin/outbound';
import { slackMessage, slackReply } from '../../../templates/slack.ts';
import { CalledChannel, type Manners } from '../called.channel.ts';
import type { Letter } from '../channel.ts';
import { jsonOf } from '../json-of.ts';
import type { Secrets } from '../secrets.ts';

export interface SlackOptions extends Manners {
  /** The channel that a bot posts to; null where the secret is the address of an incoming webhook. */
  readonly channel: string | null;
  readonly api: string;
  /** The token of the bot, or the address of the webhook. */
  readonly secrets: Secrets;
}

/** What the API answers, always with a 200: whether it did it, and the name of the message. */
type SlackAnswer = { readonly ok: boolean; readonly error: string; readonly ts: string; readonly channel: string };

/** Errors that are about the moment. Source: docs.slack.dev, "chat.postMessage" and "chat.update", errors. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ekm_access_denied',
]);
const SLOW_DOWN = new Set(['ratelimited', 'rate_limited']);
/** The message is not there to be edited any more, so the news is posted. */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']);

/**
 * Slack, by an incoming webhook or by a bot. A bot rewrites its first message about an episode when it is over, and says
 * so in its thread, so that nobody who scrolls by takes an old alarm for a new one.
 */
export class SlackChannel extends CalledChannel {
  readonly kind = 'slack';
  readonly #options: SlackOptions;

  constructor(options: SlackOptions) {
    super(options);
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { channel } = this.#options;
    if (channel === null) return this.#postToWebhook(letter);
    const first = firstOf(letter);
    if (first !== null && letter.kind === 'restoration' && (await this.#rewrite(letter, first))) {
      return this.#post(channel, slackReply(letter), first.ts);
    }
    if (first !== null && letter.kind === 'acknowledgement') return this.#post(channel, slackReply(letter), first.ts);
    return this.#post(channel, slackMessage(letter), null);
  }

  async #postToWebhook(letter: Letter): Promise<string> {
    const url = this.#options.secrets.newestOf(this.id);
    const { text } = await this.caller.post(url, slackMessage(letter), { secrets: [url] });
    return text.trim().slice(0, 100);
  }

  async #post(channel: string, message: object, threadTs: string | null): Promise<string> {
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    const answer = await this.#call('chat.postMessage', { channel, ...message, ...thread, unfurl_links: false });
    if (!answer.ok) throw sorted('chat.postMessage', answer.error);
    return `${answer.channel}/${answer.ts}`;
  }

  /** Returns false where there is nothing left to rewrite. */
  async #rewrite(letter: Letter, { channel, ts }: Message): Promise<boolean> {
    const answer = await this.#call('chat.update', { channel, ts, ...slackMessage(letter) });
    if (answer.ok) return true;
    if (NOT_EDITABLE.has(answer.error)) return false;
    throw sorted('chat.update', answer.error);
  }

  async #call(method: string, body: object): Promise<SlackAnswer> {
    const { api, secrets } = this.#options;
    const token = secrets.newestOf(this.id);
    const { text } = await this.caller.post(`${api}/${method}`, body, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      secrets: [token],
    });
    const { ok, error, ts, channel } = jsonOf(text);
    return { ok: ok === true, error: wordOf(error) || 'unreadable answer', ts: wordOf(ts), channel: wordOf(channel) };
  }
}

/** A message that was posted, by the names that Slack gave it. */
type Message = { readonly channel: string; readonly ts: string };

function firstOf({ firstReceipt }: Letter): Message | null {
  const [, channel, ts] = /^([A-Z0-9]+)\/([\d.]+)$/.exec(firstReceipt ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : null;
}

function sorted(method: string, error: string): NoAnswer | Rejected {
  const said = `slack: ${method} was answered with ${error}`;
  if (SLOW_DOWN.has(error)) return new NoAnswer('rate-limited', said);
  return PASSING.has(error) ? new NoAnswer('unreachable', said) : new Rejected(said);
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '');

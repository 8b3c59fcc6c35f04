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
/** No answer of Slack's: somebody else's page, which may be gone a moment later. */
const UNREADABLE = 'an answer that cannot be read';
const SLOW_DOWN = new Set(['ratelimited', 'rate_limited']);
/** The message is not there to be edited any more, so the news is posted. */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']);

/**
 * Slack, by an incoming webhook or by a bot. What a bot posts of one episode is one thread: a higher rung and the end are
 * shown in the channel too, an acknowledgement only in the thread. When it is over the bot rewrites its first message, so
 * that nobody who scrolls by takes an old alarm for a new one.
 */
export class SlackChannel extends CalledChannel {
  readonly kind = 'slack';
  readonly #options: SlackOptions;

  constructor(options: SlackOptions) {
    const { calls, perMs } = options.rate;
    // An end is two calls of a bot, and the second one must not wait for another letter's turn.
    super({ ...options, rate: { calls: options.channel === null ? calls : 2 * calls, perMs } });
    this.#options = options;
  }

  async send(letter: Letter): Promise<string> {
    const { channel } = this.#options;
    if (channel === null) return this.#postToWebhook(letter);
    return this.withinTime((signal) => this.#postAsBot(letter, channel, signal));
  }

  async #postAsBot(letter: Letter, channel: string, signal: AbortSignal): Promise<string> {
    const first = firstOf(letter);
    const news = () => this.#post({ channel, ...slackMessage(letter) }, signal);
    if (first === null) return news();
    const inThread = (message: object, isShown: boolean) =>
      this.#post({ channel, ...message, thread_ts: first.ts, reply_broadcast: isShown }, signal);
    switch (letter.kind) {
      case 'acknowledgement':
        return inThread(slackReply(letter), false);
      case 'restoration':
        return (await this.#rewrite(letter, first, signal)) ? inThread(slackReply(letter), true) : news();
      case 'escalation':
      case 'reminder':
        return inThread(slackMessage(letter), true);
      case 'digest':
      case 'test':
      case 'success':
      case 'signal':
        return news();
    }
  }

  async #postToWebhook(letter: Letter): Promise<string> {
    const url = this.#options.secrets.newestOf(this.id);
    const { text } = await this.caller.post(url, slackMessage(letter), { secrets: [url] });
    return text.trim().slice(0, 100);
  }

  async #post(message: object, signal: AbortSignal): Promise<string> {
    const answer = await this.#call('chat.postMessage', { ...message, unfurl_links: false }, signal);
    if (!answer.ok) throw sorted('chat.postMessage', answer.error);
    return `${answer.channel}/${answer.ts}`;
  }

  /** Returns false where there is nothing left to rewrite. */
  async #rewrite(letter: Letter, { channel, ts }: Message, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#call('chat.update', { channel, ts, ...slackMessage(letter) }, signal);
    if (answer.ok) return true;
    if (NOT_EDITABLE.has(answer.error)) return false;
    throw sorted('chat.update', answer.error);
  }

  async #call(method: string, body: object, signal: AbortSignal): Promise<SlackAnswer> {
    const { api, secrets } = this.#options;
    const token = secrets.newestOf(this.id);
    const { text } = await this.caller.post(`${api}/${method}`, body, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      secrets: [token],
      signal,
    });
    const { ok, error, ts, channel } = jsonOf(text);
    return { ok: ok === true, error: wordOf(error) || UNREADABLE, ts: wordOf(ts), channel: wordOf(channel) };
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
  return PASSING.has(error) || error === UNREADABLE ? new NoAnswer('unreachable', said) : new Rejected(said);
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '');

import type { ChannelTarget } from '@tocsin/contracts';
import type { Reach } from '@tocsin/outbound';
import { AlertmanagerChannel } from './alertmanager/alertmanager.channel.ts';
import type { Manners } from './called.channel.ts';
import type { DeliveryChannel } from './channel.ts';
import { DiscordChannel } from './discord/discord.channel.ts';
import { EmailChannel } from './email/email.channel.ts';
import { isSecret } from './is-secret.ts';
import { NtfyChannel } from './ntfy/ntfy.channel.ts';
import { PagerdutyChannel } from './pagerduty/pagerduty.channel.ts';
import { Secrets, type Secret } from './secrets.ts';
import { SlackChannel } from './slack/slack.channel.ts';
import { WebhookChannel } from './webhook/webhook.channel.ts';

/** By which server and from whom mail goes, where a channel names none; null where the operator has none. */
export type HousePost = { readonly smtpUrl: string; readonly from: string } | null;

/** What is the same for all channels that somebody made. */
export type Surroundings = { readonly reach: Reach; readonly timeoutMs: number; readonly post: HousePost };

const SLACK_API = 'https://slack.com/api';
const PAGERDUTY_API = 'https://events.pagerduty.com';
const NTFY_SERVER = 'https://ntfy.sh';

/** A channel that cannot be opened as it is written, and why, in words for whoever made it. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/**
 * Opens a channel that somebody made.
 * @throws {CannotOpen} when a secret is not what it should be, or something of the house is missing.
 */
export function openChannel(
  target: ChannelTarget,
  { id, rate, found }: Pick<Manners, 'id' | 'rate'> & { readonly found: readonly Secret[] },
  { reach, timeoutMs, post }: Surroundings,
): DeliveryChannel {
  const manners = { id, rate, reach, timeoutMs };
  const secrets = new Secrets(found);
  const texts = found.map(({ text }) => text);
  switch (target.kind) {
    case 'webhook':
      mustAll(texts, isSecret, 'a secret of a webhook is base64 of 24 to 64 bytes');
      return new WebhookChannel({ ...manners, url: target.url, secrets });
    case 'slack': {
      const { channel = null, api = SLACK_API } = target;
      if (channel === null) mustAll(texts, isAddress, 'the secret is not the address of an incoming webhook');
      else mustAll(texts, isToken, 'the secret is no token');
      return new SlackChannel({ ...manners, channel, api: bare(api), secrets });
    }
    case 'discord':
      mustAll(texts, isAddress, 'the secret is not the address of a webhook');
      return new DiscordChannel({ ...manners, secrets });
    case 'pagerduty':
      mustAll(texts, isToken, 'the secret is no integration key');
      return new PagerdutyChannel({ ...manners, api: bare(target.api ?? PAGERDUTY_API), secrets });
    case 'ntfy': {
      mustAll(texts, isToken, 'the secret is no access token');
      const { topic, server = NTFY_SERVER } = target;
      return new NtfyChannel({ ...manners, server: bare(server), topic, secrets, isSecret: texts.length > 0 });
    }
    case 'alertmanager': {
      const { url, user = null } = target;
      if (user === null) mustAll(texts, isToken, 'the secret is no bearer token');
      return new AlertmanagerChannel({ ...manners, url: bare(url), user, secrets, isSecret: texts.length > 0 });
    }
    case 'email': {
      const { to, user = null } = target;
      const { smtpUrl, from } = sender(target, post);
      return new EmailChannel({ ...manners, to, smtpUrl, from, user, secrets });
    }
  }
}

function sender({ server, from }: Extract<ChannelTarget, { kind: 'email' }>, post: HousePost) {
  if (server !== undefined && from !== undefined) return { smtpUrl: server, from };
  if (post === null)
    throw new CannotOpen('the house has no mail server (SMTP_URL, MAIL_FROM), so the channel needs its own');
  return post;
}

function mustAll(texts: readonly string[], holds: (text: string) => boolean, because: string): void {
  if (!texts.every(holds)) throw new CannotOpen(because);
}

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text) && URL.canParse(text);

/** What may stand in a header. */
const isToken = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

const bare = (address: string): string => address.replace(/\/+$/, '');

import type { ChannelKind, ChannelPolicy, NotificationDefaults } from '@tocsin/contracts';
import { Reach } from '@tocsin/outbound';
import { EnvFault } from '@tocsin/service-kit';
import { readFileSync } from 'node:fs';
import type { NotificationConfig } from '../../config.ts';
import { unheardLevels, type Routing } from '../../domain/routing.ts';
import type { DeliveryChannel } from './channel.ts';
import { EmailChannel } from './email/email.channel.ts';
import { bucketOf } from './bucket.ts';
import { isSecret } from './is-secret.ts';
import { LogChannel, type NoticeLog } from './log/log.channel.ts';
import type { HousePost } from './open-channel.ts';
import { Secrets } from './secrets.ts';
import { WebhookChannel } from './webhook/webhook.channel.ts';

/** Makes a channel of one kind, once it is known where that kind leads. */
type Maker = (policy: ChannelPolicy) => DeliveryChannel;

/**
 * Opens the channels that the policy enables and the environment gives an address, and says who can be told what.
 * @throws {EnvFault} naming everything that is half-configured or leaves somebody untold.
 */
export function openChannels(
  config: NotificationConfig,
  { routes, channels: policies }: NotificationDefaults,
  log: NoticeLog,
): { readonly channels: readonly DeliveryChannel[]; readonly routing: Routing } {
  const makers = new Map<ChannelKind, Maker>([['log', ({ id }) => new LogChannel(id, log)]]);
  const faults: string[] = [];
  const offer = (kind: ChannelKind, maker: () => Maker | null): void => {
    try {
      const made = maker();
      if (made) makers.set(kind, made);
    } catch (error) {
      if (!(error instanceof EnvFault)) throw error;
      faults.push(...error.faults);
    }
  };
  offer('webhook', () => webhooks(config, reachOf(config)));
  offer('email', () => mails(config, reachOf(config)));

  const live = policies.filter(({ enabled, kind }) => enabled && makers.has(kind));
  const routing: Routing = { routes, channels: live };
  faults.push(...policyFaults(routing));
  if (faults.length > 0) throw new EnvFault(faults);
  return { channels: live.flatMap((policy) => makers.get(policy.kind)?.(policy) ?? []), routing };
}

/**
 * Which networks channels may reach: the public ones, and those that the operator allows.
 * @throws {EnvFault} naming what is no network.
 */
export function reachOf({ ALLOWED_PRIVATE_NETWORKS }: NotificationConfig): Reach {
  const networks = (ALLOWED_PRIVATE_NETWORKS ?? '').split(',').map((network) => network.trim());
  try {
    return new Reach(networks.filter((network) => network !== ''));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EnvFault([`ALLOWED_PRIVATE_NETWORKS: ${error.message}.`]);
  }
}

/** By which server and from whom mail goes, where a channel that somebody made names none. */
export const housePostOf = ({ SMTP_URL: smtpUrl, MAIL_FROM: from }: NotificationConfig): HousePost =>
  smtpUrl === null || from === null ? null : { smtpUrl, from };

function webhooks(config: NotificationConfig, reach: Reach): Maker | null {
  const { WEBHOOK_URL, WEBHOOK_SECRET_FILE, DELIVERY_TIMEOUT_MS: timeoutMs } = config;
  const given = together({ WEBHOOK_URL, WEBHOOK_SECRET_FILE });
  if (!given) return null;
  const { username, password } = new URL(given.WEBHOOK_URL);
  const secret = readFileSync(given.WEBHOOK_SECRET_FILE, 'utf8').trim();
  const faults = [
    ...(username || password ? ['WEBHOOK_URL holds a user or password; the signature says who we are.'] : []),
    ...(isSecret(secret) ? [] : ['WEBHOOK_SECRET_FILE does not hold base64 of 24 to 64 bytes.']),
  ];
  if (faults.length > 0) throw new EnvFault(faults);
  const target = { url: given.WEBHOOK_URL, secrets: Secrets.of(secret) };
  return ({ id, rate }) => new WebhookChannel({ id, ...target, timeoutMs, rate: bucketOf(rate), reach });
}

function mails(config: NotificationConfig, reach: Reach): Maker | null {
  const { SMTP_URL, MAIL_FROM, MAIL_TO, DELIVERY_TIMEOUT_MS: timeoutMs } = config;
  const given = together({ SMTP_URL, MAIL_FROM, MAIL_TO });
  if (!given) return null;
  const to = given.MAIL_TO.split(',').map((mailbox) => mailbox.trim());
  const faults = [
    ...(isMailbox(given.MAIL_FROM) ? [] : [`MAIL_FROM is '${given.MAIL_FROM}', which is no mailbox.`]),
    ...to.filter((mailbox) => !isMailbox(mailbox)).map((mailbox) => `MAIL_TO names '${mailbox}', which is no mailbox.`),
  ];
  if (faults.length > 0) throw new EnvFault(faults);
  const target = { smtpUrl: given.SMTP_URL, user: null, secrets: Secrets.none, from: given.MAIL_FROM, to };
  return ({ id, rate }) => new EmailChannel({ id, ...target, timeoutMs, rate: bucketOf(rate), reach });
}

/**
 * Returns settings that only make sense together, or null when there are none of them.
 * @throws {EnvFault} when some are missing.
 */
function together<Name extends string>(settings: Record<Name, string | null>): Record<Name, string> | null {
  const entries = Object.entries<string | null>(settings);
  const missing = entries.filter(([, value]) => value === null).map(([name]) => name);
  if (missing.length === entries.length) return null;
  const names = entries.map(([name]) => name).join(', ');
  if (missing.length > 0) throw new EnvFault(missing.map((name) => `${name} is missing: ${names} come together.`));
  return settings as Record<Name, string>;
}

function policyFaults(routing: Routing): readonly string[] {
  const count = (values: readonly string[], value: string): number => values.filter((other) => other === value).length;
  const ids = routing.channels.map(({ id }) => id);
  const kinds = routing.channels.map(({ kind }) => kind);
  const twice = new Set(ids.filter((id) => count(ids, id) > 1));
  const crowded = new Set(kinds.filter((kind) => count(kinds, kind) > 1));
  return [
    ...[...twice].map((id) => `The policy has two channels of the id '${id}'.`),
    ...[...crowded].map((kind) => `The policy enables two ${kind} channels, and there is one address for both.`),
    ...unheardLevels(routing).map(
      (level) => `By the policy and the channels configured, nobody would hear of ${level}.`,
    ),
  ];
}

/** Tells a mailbox, bare or with a name: `ops@example.org`, `Operations <ops@example.org>`. */
const isMailbox = (text: string): boolean =>
  /^(?:[^,<>@\r\n]*<[^\s,<>@]+@[^\s,<>@]+>|[^\s,<>@]+@[^\s,<>@]+)$/.test(text);

import { POLICY_DEFAULTS, type NotificationDefaults } from '@tocsin/contracts';
import { EnvFault } from '@tocsin/service-kit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from '../../config.ts';
import type { DeliveryChannel } from './channel.ts';
import { openChannels } from './open-channels.ts';

const nothing = (): void => undefined;
const log = { info: nothing, warn: nothing, error: nothing };
const policy = POLICY_DEFAULTS['notification-defaults'];

describe('the channels', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-channels-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const secret = file('secret', `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`);
  const webhook = { WEBHOOK_URL: 'https://hooks.example.org/x', WEBHOOK_SECRET_FILE: secret };
  const email = { SMTP_URL: 'smtp://127.0.0.1:25', MAIL_FROM: 'T <t@example.org>', MAIL_TO: 'a@x.org, B <b@x.org>' };

  let opened: readonly DeliveryChannel[] = [];
  afterEach(async () => {
    for (const channel of opened) await channel.close?.();
    opened = [];
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  const open = (settings: Record<string, string>, by: NotificationDefaults = policy) => {
    const { channels, routing } = openChannels(env.read(settings), by, log);
    opened = channels;
    return { ids: channels.map(({ id }) => id), routed: routing.channels.map(({ id }) => id) };
  };
  const faultsOf = (settings: Record<string, string>, by?: NotificationDefaults): readonly string[] => {
    try {
      open(settings, by);
      return [];
    } catch (error) {
      if (error instanceof EnvFault) return error.faults;
      throw error;
    }
  };

  it.each([
    [{}, ['ops-log']],
    [webhook, ['ops-log', 'ops-webhook']],
    [{ ...webhook, ...email }, ['ops-log', 'ops-webhook', 'ops-email']],
  ])('are those that have an address: with %j there are %j', (settings, ids) => {
    expect(open(settings)).toEqual({ ids, routed: ids });
  });

  it('that are half-configured are all reported together', () => {
    expect(faultsOf({ WEBHOOK_URL: webhook.WEBHOOK_URL, MAIL_TO: email.MAIL_TO })).toEqual([
      'WEBHOOK_SECRET_FILE is missing: WEBHOOK_URL, WEBHOOK_SECRET_FILE come together.',
      'SMTP_URL is missing: SMTP_URL, MAIL_FROM, MAIL_TO come together.',
      'MAIL_FROM is missing: SMTP_URL, MAIL_FROM, MAIL_TO come together.',
    ]);
  });

  it('do not take a secret that is short, or an address with a password in it', () => {
    const settings = { WEBHOOK_URL: 'https://me:pw@hooks.example.org', WEBHOOK_SECRET_FILE: file('short', 'c2hvcnQ=') };
    expect(faultsOf(settings)).toEqual([
      'WEBHOOK_URL holds a user or password; the signature says who we are.',
      'WEBHOOK_SECRET_FILE does not hold base64 of 24 to 64 bytes.',
    ]);
  });

  it('leave nobody untold, and no id or address in doubt', () => {
    const [opsLog] = policy.channels;
    if (!opsLog) throw new Error('the house has a log');
    expect(faultsOf({}, { ...policy, routes: { ...policy.routes, WARN: ['webhook'] } })).toEqual([
      'By the policy and the channels configured, nobody would hear of WARN.',
    ]);
    expect(faultsOf({}, { ...policy, channels: [opsLog, opsLog] })).toEqual([
      "The policy has two channels of the id 'ops-log'.",
      'The policy enables two log channels, and there is one address for both.',
    ]);
    expect(faultsOf({}, { ...policy, channels: [{ ...opsLog, enabled: false }] })).toHaveLength(3);
  });

  it('do not mail to what is no mailbox', () => {
    const settings = { ...email, MAIL_FROM: 'Tocsin', MAIL_TO: 'a@x.org, nobody,, x@y\r\nBcc: z@w' };
    expect(faultsOf(settings)).toEqual([
      "MAIL_FROM is 'Tocsin', which is no mailbox.",
      "MAIL_TO names 'nobody', which is no mailbox.",
      "MAIL_TO names '', which is no mailbox.",
      "MAIL_TO names 'x@y\r\nBcc: z@w', which is no mailbox.",
    ]);
  });
});

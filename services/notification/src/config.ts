import { defineEnv, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment. A channel exists where its settings are; they come together or not at all. */
export const env = defineEnv({
  WEBHOOK_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'Where notifications are posted to, signed as Standard Webhooks says.',
  },
  WEBHOOK_SECRET_FILE: {
    type: 'file',
    optional: true,
    help: 'A file holding the secret that signs webhooks: base64 of 24 to 64 bytes, with or without the prefix whsec_.',
  },
  SMTP_URL: {
    type: 'url',
    schemes: ['smtp', 'smtps'],
    optional: true,
    help: 'The server that takes our mail, such as smtps://user:password@mail.example.org.',
  },
  MAIL_FROM: {
    type: 'text',
    optional: true,
    help: 'Whom mail is from, such as Tocsin <tocsin@example.org>. Its domain is that of the Message-IDs too.',
  },
  MAIL_TO: {
    type: 'text',
    optional: true,
    help: 'Whom mail goes to; several are separated by commas.',
  },
  SECRETS_DIRECTORY: {
    type: 'path',
    optional: true,
    help: 'The directory whose files hold the secrets of channels, one each; channels name the file. Only this service and the query door read it.',
  },
  ALLOWED_PRIVATE_NETWORKS: {
    type: 'text',
    optional: true,
    help: 'Networks that channels may reach besides the public ones, such as 10.20.0.0/16, 127.0.0.0/8; separated by commas. Whoever may add a channel can reach them.',
  },
  DELIVERY_TIMEOUT_MS: {
    type: 'int',
    min: 100,
    max: 30_000,
    default: 5_000,
    help: 'How long one attempt to deliver may take. A drain waits for it, so it is well below what a supervisor allows.',
  },
  DELIVERY_POLL_MS: {
    type: 'int',
    min: 10,
    max: 5_000,
    default: 200,
    help: 'How often the work list is looked at while there is nothing to do.',
  },
  MESSAGES_PER_MINUTE: {
    type: 'int',
    min: 1,
    max: 100_000,
    default: 60,
    help: 'How many messages leave this house in a minute, over all channels; a fifth is kept for CRITICAL, and what is beyond is gathered.',
  },
  HEARTBEAT_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'A watcher outside that is told by POST, again and again, that people would be told; it alarms when it hears nothing.',
  },
  HEARTBEAT_EVERY_MS: {
    type: 'int',
    min: 1_000,
    max: 3_600_000,
    default: 60_000,
    help: 'How often the watcher is told.',
  },
  PUBLIC_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'Where people reach the API from outside, so that messages can link to what they are about; no link without it.',
  },
  NOTIFICATION_POLICY_FILE: {
    type: 'file',
    optional: true,
    help: "Who is told what, as JSON by proto-schemas/policy/notification-defaults.v1.json; the house's own without it.",
  },
});

export type NotificationConfig = EnvOf<typeof env>;

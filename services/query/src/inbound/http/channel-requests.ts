import type { ChannelSettings, ChannelTarget, Level, Matcher } from '@tocsin/contracts';
import { matchers } from './matchers.ts';
import { moment, sentence } from './parameters.ts';
import { question, statement, type ParameterSchema } from './question.ts';

/** A channel as callers write it. What is left out is as the house has it. */
export type WrittenChannel = {
  readonly name: string;
  readonly target: ChannelTarget;
  readonly enabled?: boolean;
  readonly events?: readonly Matcher[];
  readonly min_level?: Level;
  readonly success?: ChannelSettings['success'];
  readonly signals?: boolean;
  readonly rate?: { readonly messages: number; readonly per_ms: number };
  readonly standby?: boolean;
  readonly secret?: string;
  readonly secret_ref?: string;
  readonly earlier_secrets_until?: string;
};

export type ByChannel = { readonly id: string };
export type NewChannel = WrittenChannel & { readonly id: string };

const channelId = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9-]{0,23}$',
  description: 'The id of the channel; it is one of a kind over all tenants.',
  example: 'acme-desk',
} as const satisfies ParameterSchema;

export const byChannel = question<ByChannel>({ properties: { id: channelId }, required: ['id'] });

const word = (pattern: string, maxLength: number) => ({ type: 'string', maxLength, pattern });
const NO_CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff';
const MAILBOX = word(`^(?:[^,<>@${NO_CONTROLS}]*<[^\\s,<>@]+@[^\\s,<>@]+>|[^\\s,<>@]+@[^\\s,<>@]+)$`, 200);
const ADDRESS = word('^https?://[^\\s@]+$', 2_000);
const SERVER = word('^https?://[^\\s/?#@]+(?:/[^\\s?#]*)?$', 500);

const targetOf = (kind: ChannelTarget['kind'], properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: ['kind', ...required],
  properties: { kind: { const: kind }, ...properties },
});

const TARGETS = [
  targetOf('webhook', { url: ADDRESS }, ['url']),
  targetOf(
    'email',
    {
      to: { type: 'array', minItems: 1, maxItems: 20, items: MAILBOX },
      from: MAILBOX,
      server: word('^smtps?://[^\\s/?#@]+$', 300),
      user: word(`^[^${NO_CONTROLS}]+$`, 200),
    },
    ['to'],
  ),
  targetOf('slack', { channel: word('^[A-Z0-9]{2,32}$', 32), api: SERVER }),
  targetOf('discord', {}),
  targetOf('pagerduty', { api: SERVER }),
  targetOf('ntfy', { topic: word('^[A-Za-z0-9_-]{1,64}$', 64), server: SERVER }, ['topic']),
  targetOf('alertmanager', { url: SERVER, user: word(`^[^:${NO_CONTROLS}]+$`, 200) }, ['url']),
];

const written = {
  name: { ...sentence('What people call it.', 'Trading desk'), maxLength: 80 },
  target: {
    type: 'object',
    discriminator: { propertyName: 'kind' },
    oneOf: TARGETS,
    description: 'By what means it reaches people, and where it leads. No secret belongs here.',
    example: { kind: 'webhook', url: 'https://hooks.example.org/tocsin' },
  },
  enabled: { type: 'boolean', description: 'Whether anything is sent there; it is, unless said.' },
  events: matchers('Which labels it wants to hear of; all of them must fit. CRITICAL is told whatever they say.'),
  min_level: {
    type: 'string',
    enum: ['INFO', 'WARN', 'ERROR', 'CRITICAL'],
    description: 'The lowest level that it hears of; INFO unless said.',
  },
  success: {
    type: 'string',
    enum: ['restoration', 'first', 'every'],
    description: 'Which good news it hears: only the end of what it was told of, also the first success, or every one.',
  },
  signals: { type: 'boolean', description: 'Whether it hears of strong signals; it does not, unless said.' },
  rate: {
    type: 'object',
    additionalProperties: false,
    required: ['messages', 'per_ms'],
    properties: {
      messages: { type: 'integer', minimum: 1, maximum: 10_000 },
      per_ms: { type: 'integer', minimum: 100, maximum: 3_600_000 },
    },
    description:
      'So many messages in so many milliseconds; what does not fit is gathered. As its kind takes, unless said.',
  },
  standby: { type: 'boolean', description: 'Whether it only takes over a CRITICAL that failed twice elsewhere.' },
  secret: {
    type: 'string',
    minLength: 1,
    maxLength: 4_096,
    pattern: '^[\\x21-\\x7e](?:[\\x20-\\x7e]*[\\x21-\\x7e])?$',
    description: 'Its secret: written to a file, and never answered. What it is depends on the kind of the target.',
  },
  secret_ref: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$',
    description: 'The name of a file in the directory of secrets that holds its secret, instead of `secret`.',
  },
  earlier_secrets_until: moment(
    'Until when the secrets that it has stay good beside the new one; without it they are not any more.',
  ),
} as const satisfies Readonly<Record<string, ParameterSchema>>;

export const newChannel = statement<NewChannel>({
  properties: { id: channelId, ...written },
  required: ['id', 'name', 'target'],
});

export const changedChannel = statement<WrittenChannel>({ properties: written, required: ['name', 'target'] });

export type Removal = { readonly reason?: string };

export const removal = statement<Removal>({
  properties: { reason: sentence('Why it is removed.', 'The desk has moved.') },
});

import type { OpenAPIObject } from '@nestjs/swagger';
import { problem } from '../hooks/tradingview.document.ts';
import { described, flag, listOf, moment, oneOf, record, text } from '../http/answers.ts';

const LABELS = { type: 'object', additionalProperties: text };
const RECEIVER = record({ name: text });

const ALERT = record({
  annotations: LABELS,
  endsAt: moment,
  fingerprint: described(text, 'The id of the episode.'),
  receivers: listOf(RECEIVER),
  startsAt: moment,
  status: record({
    inhibitedBy: listOf(text),
    silencedBy: listOf(text),
    state: oneOf('unprocessed', 'active', 'suppressed'),
  }),
  updatedAt: moment,
  labels: LABELS,
});
const GROUP = record({ alerts: listOf(ALERT), labels: LABELS, receiver: RECEIVER });
const STATUS = record({
  cluster: record({ status: oneOf('ready', 'settling', 'disabled'), peers: listOf({ type: 'object' }) }),
  versionInfo: record({
    ...{ version: text, revision: text, branch: text, buildUser: text, buildDate: text, goVersion: text },
  }),
  config: record({ original: text }),
  uptime: moment,
});

const MATCHER = record({ name: text, value: text, isRegex: flag, isEqual: flag });
const SILENCE = record({
  ...{ id: text, status: record({ state: oneOf('expired', 'active', 'pending') }), updatedAt: moment },
  ...{ comment: text, createdBy: text, endsAt: moment, matchers: listOf(MATCHER), startsAt: moment },
});
const POSTED_SILENCE = {
  type: 'object',
  required: ['matchers', 'startsAt', 'endsAt', 'createdBy', 'comment'],
  properties: {
    id: described(
      text,
      'Of a silence that is changed: it ends, and what is answered is the id of the one that follows.',
    ),
    matchers: listOf({ ...MATCHER, required: ['name', 'value', 'isRegex'] }),
    ...{ startsAt: moment, endsAt: moment, createdBy: text, comment: text },
  },
};
const POSTED_ALERT = {
  type: 'object',
  required: ['labels'],
  properties: { labels: LABELS, annotations: LABELS, startsAt: text, endsAt: text, generatorURL: text },
};

const WORDS = {
  400: 'What was asked cannot be read, or a rule says no.',
  403: 'Whoever asks is not on this machine, and has no token.',
  404: 'There is no such silence.',
  413: 'The body is larger than 1 MiB.',
  429: 'Too many requests; `Retry-After` says when there is room again.',
  500: 'Something is broken here.',
  503: 'What this is answered from does not answer.',
};

/** A no, as Alertmanager says it: a sentence. Only the limit of requests stands before it and says it as all routes do. */
const noes = (...statuses: readonly (keyof typeof WORDS)[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: WORDS[status],
        content: status === 429 ? {} : { 'application/json': { schema: text } },
      },
    ]),
  );

const parameter = (name: string, description: string, schema: object) => ({
  ...{ name, in: 'query' as const, required: false, description, schema },
});
const ALERT_PARAMETERS = [
  parameter('active', 'Whether to show alerts that nothing holds back.', { ...flag, default: true }),
  parameter('silenced', 'Whether to show alerts that a silence holds back.', { ...flag, default: true }),
  parameter('inhibited', 'Whether to show alerts that another one stands for.', { ...flag, default: true }),
  parameter('unprocessed', 'Taken, and without effect: nothing is unprocessed here.', { ...flag, default: true }),
  parameter('filter', 'Conditions such as `provider="kraken"`; all of them must hold.', listOf(text)),
  parameter('receiver', 'An expression (RE2) that the name of a receiver must fit.', text),
];

type Parameter = Omit<ReturnType<typeof parameter>, 'in'> & { readonly in: 'query' | 'path' };

const read = (operationId: string, summary: string, schema: object, parameters: readonly Parameter[] = []) => ({
  get: {
    operationId: `Alertmanager_${operationId}`,
    tags: ['alertmanager'],
    summary,
    parameters: [...parameters],
    responses: {
      200: { description: summary, content: { 'application/json': { schema } } },
      ...noes(...(parameters.length > 0 ? [400 as const] : []), 429, 500, 503),
    },
  },
});

type Asked = { readonly description: string; readonly body?: object; readonly parameters?: readonly Parameter[] };

const asked = (
  operationId: string,
  summary: string,
  { description, body, parameters = [] }: Asked,
  answer: object,
  ...said: readonly (keyof typeof WORDS)[]
) => ({
  operationId: `Alertmanager_${operationId}`,
  tags: ['alertmanager'],
  summary,
  description,
  parameters: [...parameters],
  ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
  responses: { 200: { description: summary, ...answer }, ...noes(...said, 429, 500, 503) },
});

const ID = {
  name: 'id',
  in: 'path' as const,
  required: true,
  description: 'The id of the silence.',
  schema: text,
};
const HERE = 'Open to this machine alone, until there are keys.';

/** Alertmanager’s API v2 as far as it is answered here, for the OpenAPI document. */
export const alertmanagerDocument: OpenAPIObject['paths'] = {
  '/api/v2/alerts': {
    ...read('getAlerts', 'Open episodes as alerts of Alertmanager.', listOf(ALERT), ALERT_PARAMETERS),
    post: asked(
      'postAlerts',
      'Takes alerts of Prometheus, which are written down before it is answered.',
      {
        description: 'From this machine, or with `Authorization: Bearer` and a token of `hooks.alertmanager`.',
        body: { type: 'array', items: POSTED_ALERT },
      },
      {},
      ...([400, 403, 413] as const),
    ),
  },
  '/api/v2/alerts/groups': read(
    'getAlertGroups',
    'The same, as they are told together.',
    listOf(GROUP),
    ALERT_PARAMETERS,
  ),
  '/api/v2/silences': {
    ...read('getSilences', 'Silences that hold, will hold, or held in the last five days.', listOf(SILENCE), [
      parameter('filter', 'Conditions that a silence must have itself, word for word.', listOf(text)),
    ]),
    post: asked(
      'postSilences',
      'Asks for a silence, or changes one.',
      { description: HERE, body: POSTED_SILENCE },
      { content: { 'application/json': { schema: record({ silenceID: text }) } } },
      ...([400, 403, 404, 413] as const),
    ),
  },
  '/api/v2/silence/{id}': {
    get: asked(
      'getSilence',
      'One silence.',
      { description: 'As in the list.', parameters: [ID] },
      { content: { 'application/json': { schema: SILENCE } } },
      404,
    ),
    delete: asked(
      'deleteSilence',
      'Ends a silence now.',
      { description: HERE, parameters: [ID] },
      {},
      ...([400, 403, 404] as const),
    ),
  },
  '/api/v2/receivers': read('getReceivers', 'Who may be told: the house, and every channel.', listOf(RECEIVER)),
  '/api/v2/status': read('getStatus', 'Which API this is, and since when it answers.', STATUS),
  '/hooks/alertmanager/{token}': {
    post: {
      operationId: 'AlertmanagerHook_take',
      tags: ['hooks'],
      summary: 'Takes what Alertmanager’s webhook sends, version 4; each alert is written down before it is answered.',
      parameters: [
        {
          ...{ name: 'token', in: 'path', required: true, schema: text },
          description: 'The token of a sender in the configuration file (`hooks.alertmanager`).',
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['version', 'alerts'],
              properties: { version: text, alerts: listOf(POSTED_ALERT) },
            },
          },
        },
      },
      responses: {
        202: { description: 'Written down; it is brought to escalation.' },
        400: problem('invalid-body', 'bad-request'),
        404: problem('unknown-route'),
        413: problem('body-too-large'),
        415: problem('unsupported-media-type'),
        429: problem('too-many-requests'),
        500: problem('defect'),
        503: problem('unavailable'),
      },
    },
  },
};

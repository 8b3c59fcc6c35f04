import type { OpenAPIObject } from '@nestjs/swagger';
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

const WORDS = {
  400: 'What was asked cannot be read.',
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

type Parameter = ReturnType<typeof parameter>;

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

/** Alertmanager's API v2 as far as it is answered here, for the OpenAPI document. */
export const alertmanagerDocument: OpenAPIObject['paths'] = {
  '/api/v2/alerts': read('getAlerts', 'Open episodes as alerts of Alertmanager.', listOf(ALERT), ALERT_PARAMETERS),
  '/api/v2/alerts/groups': read(
    'getAlertGroups',
    'The same, as they are told together.',
    listOf(GROUP),
    ALERT_PARAMETERS,
  ),
  '/api/v2/receivers': read('getReceivers', 'Who may be told: the house, and every channel.', listOf(RECEIVER)),
  '/api/v2/status': read('getStatus', 'Which API this is, and since when it answers.', STATUS),
};

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TheirMatcher } from '../../reading/alertmanager/silence.ts';
import { Problem } from '../../reading/problem.ts';
import type { SentAlert } from './alert-report.ts';

/** A silence as their tools send it (`postableSilence`). */
export type SentSilence = {
  readonly id?: string;
  readonly matchers: readonly (Omit<TheirMatcher, 'isEqual'> & { readonly isEqual?: boolean })[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
};

/** What Alertmanager's webhook sends, version 4, as far as it is read. */
type SentGroup = { readonly version: '4'; readonly alerts: readonly SentAlert[] };

/** More at once is no alerting any more; their senders send 64. */
const ALERTS_MAX = 2_000;

const ajv = new Ajv2020({ strict: true });
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));

const text = { type: 'string' };
const labels = { type: 'object', maxProperties: 1_000, additionalProperties: text };
const alert = {
  type: 'object',
  required: ['labels'],
  properties: {
    ...{ labels, annotations: labels, startsAt: text, endsAt: text },
    status: { enum: ['firing', 'resolved'] },
  },
};

export const readAlerts = reader<readonly SentAlert[]>({
  type: 'array',
  maxItems: ALERTS_MAX,
  items: { ...alert, properties: { labels, annotations: labels, startsAt: text, endsAt: text } },
});

export const readGroup = reader<SentGroup>({
  type: 'object',
  required: ['version', 'alerts'],
  properties: { version: { const: '4' }, alerts: { type: 'array', maxItems: ALERTS_MAX, items: alert } },
});

export const readSilence = reader<SentSilence>({
  type: 'object',
  required: ['matchers', 'startsAt', 'endsAt', 'createdBy', 'comment'],
  properties: {
    id: text,
    matchers: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        required: ['name', 'value', 'isRegex'],
        properties: {
          name: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$' },
          value: { type: 'string', maxLength: 500 },
          ...{ isRegex: { type: 'boolean' }, isEqual: { type: 'boolean' } },
        },
      },
    },
    ...{ startsAt: { type: 'string', format: 'date-time' }, endsAt: { type: 'string', format: 'date-time' } },
    ...{ createdBy: { type: 'string', maxLength: 200 }, comment: { type: 'string', maxLength: 1_500 } },
  },
});

/** Reads a body of theirs; what we do not know in it is passed over, for it may be of a newer version. */
function reader<Sent>(schema: object): (body: unknown) => Sent {
  const validate: ValidateFunction<Sent> = ajv.compile<Sent>(schema);
  return (body) => {
    if (validate(body)) return body;
    const [first] = validate.errors ?? [];
    const [pointer, detail] = [`/body${first?.instancePath ?? ''}`, first?.message ?? 'is not as it must be'];
    throw Problem.of('invalid-body', [{ pointer, detail }]);
  };
}

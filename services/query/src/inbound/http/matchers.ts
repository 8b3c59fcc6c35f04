import type { Matcher } from '@tocsin/contracts';
import type { ParameterSchema } from './question.ts';

/** Conditions on labels, as they are written in a body. */
export const matchers = (description: string, { min = 0 } = {}) =>
  ({
    type: 'array',
    minItems: min,
    maxItems: 20,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['label', 'op', 'value'],
      properties: {
        label: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$' },
        op: { type: 'string', enum: ['=', '!=', '=~', '!~'] satisfies readonly Matcher['op'][] },
        value: { type: 'string', maxLength: 500, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$' },
      },
    },
    description,
  }) as const satisfies ParameterSchema;

import { TEXT_CHARS_MAX, TIMEFRAMES } from '@tocsin/domain-kit';
import type { ParameterSchema } from './question.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;

/** Every read may ask to be no older than something that the caller has seen. */
export const atLeast = {
  type: 'string',
  pattern: '^LOG_[A-Z]{1,32}:\\d{1,15}$',
  description: 'Waits up to 5 s until this `lane:position` is applied; an earlier answer gave it as `Log-Position`.',
  example: 'LOG_INGESTION:1',
} as const satisfies ParameterSchema;

export const paging = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
    description: `How many at most; ${LIMIT_DEFAULT} unless said, never more than ${LIMIT_MAX}.`,
  },
  cursor: {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,1024}$',
    description:
      'Where to go on: `next_cursor` of the page before, unread. Rows that are inserted meanwhile move nothing.',
  },
} as const satisfies Record<string, ParameterSchema>;

export const symbol = {
  type: 'string',
  pattern: '^[\\x21-\\x7e]{1,58}$',
  description: 'The symbol as its provider spells it.',
  example: 'EURUSD',
} as const satisfies ParameterSchema;

/** A pair by its symbol and timeframe in one word. */
export const ofPair = (description: string) =>
  ({
    type: 'string',
    minLength: 1,
    maxLength: 256,
    description: `${description}: \`{symbol}-{timeframe}\`, as in the paths of feeds.`,
    example: 'EURUSD-15m',
  }) as const satisfies ParameterSchema;

export const timeframe = {
  type: 'string',
  enum: TIMEFRAMES,
  description: 'The nominal length of a bar.',
  example: '15m',
} as const satisfies ParameterSchema;

export const token = (description: string) =>
  ({ type: 'string', pattern: '^[A-Za-z0-9_=-]{1,64}$', description }) as const satisfies ParameterSchema;

export const id = (description: string) =>
  ({ type: 'string', pattern: '^[\\x21-\\x7e]{1,256}$', description }) as const satisfies ParameterSchema;

export const moment = (description: string) =>
  ({ type: 'string', format: 'date-time', description }) as const satisfies ParameterSchema;

/** Something in a person's words, on one line. */
export const sentence = (description: string, example: string) =>
  ({
    type: 'string',
    minLength: 1,
    maxLength: TEXT_CHARS_MAX,
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$',
    description,
    example,
  }) as const satisfies ParameterSchema;

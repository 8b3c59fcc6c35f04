import type { TaskType } from '@tocsin/contracts';
import type { Timeframe } from '@tocsin/domain-kit';
import { sentence, symbol, timeframe } from './parameters.ts';
import { question, statement, type ParameterSchema } from './question.ts';

/** A task as callers write it. */
export type NewTask = {
  readonly type: TaskType;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly bar_ts?: string;
  readonly question?: string;
};

export type ByAgent = { readonly id: string };

export const byAgent = question<ByAgent>({
  properties: {
    id: {
      type: 'string',
      pattern: '^[A-Za-z0-9_=-]{1,58}$',
      description: 'The name of the agent.',
      example: 'agent-7',
    },
  },
  required: ['id'],
});

export const taskType = {
  type: 'string',
  enum: ['trading_analysis', 'trading_signal'] satisfies readonly TaskType[],
  description: 'What kind of work it is; it decides what an agent must be able, and allowed, to do.',
  example: 'trading_signal',
} as const satisfies ParameterSchema;

export const newTask = statement<NewTask>({
  properties: {
    type: taskType,
    symbol,
    timeframe,
    bar_ts: {
      type: 'string',
      format: 'date-time',
      pattern: '^[^.]*(?:\\.\\d{1,3}0*(?:[Zz]|[+-]\\d\\d:\\d\\d))?$',
      description: 'The open of the bar that it is about, to the millisecond at most; without it, the newest one.',
    },
    question: sentence('What you want to know; words from outside to whoever reads them.', 'Is this a spring?'),
  },
  required: ['type', 'symbol', 'timeframe'],
});

export const grants = statement<{ readonly capabilities: readonly string[] }>({
  properties: {
    capabilities: {
      type: 'array',
      maxItems: 64,
      items: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,63}$' },
      description: 'All that the agent may do, whatever it was before; an empty list takes every right away.',
    },
  },
  required: ['capabilities'],
});

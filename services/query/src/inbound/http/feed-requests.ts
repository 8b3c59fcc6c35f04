import type { FeedSource, VolumeKind } from '@tocsin/contracts';
import type { Timeframe } from '@tocsin/domain-kit';
import { sentence, symbol, timeframe } from './parameters.ts';
import type { WrittenBar } from './pushed-bars.ts';
import { question, statement, type ParameterSchema } from './question.ts';

/** A feed as callers write it. */
export type NewFeed = {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly providers: readonly (string | FeedSource)[];
  readonly calendar: string;
  readonly volume: VolumeKind;
  readonly feed_latency_ms?: number;
};

const provider = { type: 'string', pattern: '^[A-Za-z0-9_=-]{1,55}$', description: 'The name of a provider.' } as const;

const price = (description: string) =>
  ({
    type: 'string',
    pattern: '^(?=.*[1-9])(?:0|[1-9]\\d*)(?:\\.\\d+)?$',
    maxLength: 64,
    description,
  }) as const satisfies ParameterSchema;

const bar = {
  type: 'object',
  additionalProperties: false,
  required: ['open_at', 'open', 'high', 'low', 'close', 'volume'],
  properties: {
    open_at: {
      type: 'string',
      format: 'date-time',
      pattern: '^[^.]*(?:\\.\\d{1,3}0*(?:[Zz]|[+-]\\d\\d:\\d\\d))?$',
      description: 'The open of the bar, to the millisecond at most.',
    },
    open: price('First price.'),
    high: price('Highest price.'),
    low: price('Lowest price.'),
    close: price('Last price.'),
    volume: {
      type: 'number',
      minimum: 0,
      maximum: 1e15,
      description: 'Volume; 0 where there is none. A measure, held as a binary number: 15 digits are kept for certain.',
    },
  },
} as const;

export const byPair = question<{ readonly pair: string }>({
  properties: {
    pair: {
      type: 'string',
      minLength: 1,
      description: 'The pair: the symbol, a hyphen, the timeframe. `BRK.B-1d`, or spelled safely `BRK=2EB-1d`.',
      example: 'EURUSD-15m',
    },
  },
  required: ['pair'],
});

export const newFeed = statement<NewFeed>({
  properties: {
    symbol: { ...symbol, description: 'The symbol, as the house is to call it.' },
    timeframe,
    providers: {
      type: 'array',
      minItems: 1,
      maxItems: 4,
      description: 'Where bars come from, in the order in which they are tried; `push` where you bring them yourself.',
      items: {
        if: { type: 'object' },
        then: {
          type: 'object',
          additionalProperties: false,
          required: ['provider', 'symbol'],
          properties: { provider, symbol: { ...symbol, description: 'The symbol as this provider spells it.' } },
        },
        else: provider,
      },
    },
    calendar: {
      type: 'string',
      pattern: '^[A-Za-z0-9_=-]{1,64}$',
      description: 'When the market is open: `24x7`, `FX_24x5`, `XNYS`, or one of the configuration.',
      example: '24x7',
    },
    volume: {
      type: 'string',
      enum: ['tick', 'traded', 'none'],
      description: 'What a volume counts: price updates, traded units, or nothing at all.',
    },
    feed_latency_ms: {
      type: 'integer',
      minimum: 1,
      maximum: 86_400_000,
      description:
        'How long after its close a bar may arrive; by default min(30 s, a tenth of a bar), and 2 h for day bars.',
    },
  },
  required: ['symbol', 'timeframe', 'providers', 'calendar', 'volume'],
});

export const reasoned = (example: string) =>
  statement<{ readonly reason: string }>({
    properties: { reason: sentence('Why, in a sentence.', example) },
    required: ['reason'],
  });

/** A request that its path says all about. */
export const noWords = statement<object>({ properties: {} });

export const pushedBars = statement<{ readonly bars: readonly WrittenBar[] }>({
  properties: {
    bars: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      description:
        'Complete bars, oldest first. Prices are decimal text, digit for digit; a JSON number is refused, for it may have lost digits.',
      items: bar,
    },
  },
  required: ['bars'],
});

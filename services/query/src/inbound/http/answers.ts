import { ERROR_CODES, ERROR_CODES_PAGE } from '../../reading/error-codes.ts';
import type { Schema } from './endpoint.ts';

/** The shapes of what is answered, for the documentation; tests hold real answers against them. */
export const text = { type: 'string' } as const;
export const number = { type: 'number' } as const;
export const integer = { type: 'integer' } as const;
export const flag = { type: 'boolean' } as const;
export const moment = {
  type: 'string',
  format: 'date-time',
  description: 'RFC 3339, UTC, with milliseconds.',
} as const;
export const price = {
  type: 'string',
  pattern: '^-?\\d+(\\.\\d+)?$',
  description: 'A decimal number as text.',
} as const;

export const orNull = (schema: Schema & { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] });
export const oneOf = (...words: readonly string[]) => ({ type: 'string', enum: words });
export const oneOfOrNull = (...words: readonly string[]) => ({ type: ['string', 'null'], enum: [...words, null] });
export const listOf = (items: Schema) => ({ type: 'array', items });
export const described = (schema: Schema, description: string) => ({ ...schema, description });

/** Every field is always there; what is not known is null. */
export const record = (properties: Readonly<Record<string, Schema>>) => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});

export const asOf = { as_of: described(moment, 'The service’s clock when this was read.') };
const nextCursor = {
  next_cursor: described(orNull(text), 'Hand back as `cursor` for the next page; null on the last.'),
};
export const page = (item: Schema, more: Readonly<Record<string, Schema>> = {}) =>
  record({ ...asOf, ...more, items: listOf(item), ...nextCursor });

export const COLOUR = oneOfOrNull('GREEN', 'AMBER', 'RED');
export const LEVEL = oneOf('INFO', 'WARN', 'ERROR', 'CRITICAL');
export const SIGNAL = ['BUY', 'SELL', 'HOLD'];
const BREAKER = ['closed', 'half-open', 'open'];
const BREAKER_OR_NULL = oneOfOrNull(...BREAKER);
const STALE = 'Whether the pair is RED, has never had a bar, or the breaker of its provider is open.';

const freshness = {
  ...record({
    colour: COLOUR,
    ratio: described(orNull(number), 'Bar lengths of market time since the newest bar closed, as of `evaluated_at`.'),
    schedulable: flag,
    evaluated_at: orNull(moment),
    market_state: oneOfOrNull('OPEN', 'CLOSED'),
  }),
  type: ['object', 'null'],
};

export const logPosition = {
  log_position: described(text, '`lane:position` of the fact that this row was last changed by.'),
};

export const ERROR_CODE = described(
  oneOfOrNull(...Object.keys(ERROR_CODES)),
  `What it means: [${ERROR_CODES_PAGE}](${ERROR_CODES_PAGE}).`,
);

export const ADJUSTMENTS = listOf(record({ code: text, factor: number, reason: text, rule_version: text }));

const perhaps = (fields: Readonly<Record<string, Schema>>) => ({ ...record(fields), type: ['object', 'null'] });
const EXPLANATION = perhaps({
  ...{ space: oneOf('margin'), base: orNull(number), margin: orNull(number), model_digest: orNull(text) },
});
const PHASE_EVIDENCE = perhaps({ phase: text, in_a_row: integer, confidence: number, volume_trend: text });
const REGIME_EVIDENCE = perhaps({
  ...{ turbulent_probability: number, in_a_row: integer, model_version: text, model_digest: text },
});

const analysisFields = {
  id: text,
  symbol: text,
  timeframe: text,
  bar_ts: described(moment, 'The open of the analysed bar.'),
  status: oneOf('PENDING', 'COMPLETE', 'FAILED', 'SKIPPED'),
  final_decision: oneOfOrNull(...SIGNAL, 'NO_TRADE'),
  bias: described(oneOfOrNull('long', 'short', 'none'), 'Which side the trend speaks for.'),
  signal: oneOfOrNull(...SIGNAL),
  rule_confidence_score: described(orNull(number), 'The rules alone, 0 to 100.'),
  rule_parts: described(
    { type: ['array', 'null'], items: { type: 'object' } },
    'What each part and each rule gave: `{part, points, max, rules: [{rule, points, max}]}`.',
  ),
  ml_confidence: described(orNull(number), 'The model alone, 0 to 100; null where no model is released.'),
  ml_missing: orNull(flag),
  ml_weight: described(orNull(number), 'The share of the model that is configured, 0 to 1.'),
  composite_score: described(orNull(number), 'Rules and model together, 0 to 100, not rounded.'),
  confidence: described(orNull(number), 'The raw confidence times the factors of all adjustments, 0 to 1.'),
  confidence_raw: orNull(number),
  adjustments: ADJUSTMENTS,
  top_features: described(
    listOf({ type: 'object' }),
    'The features that moved the model most, largest first, then `other` and `base`: together they are the margin.',
  ),
  explanation_space: described(oneOfOrNull('margin'), 'The scale of `top_features`; null without a model.'),
  explanation: described(EXPLANATION, 'What `top_features` add up to, and from where; null without a model.'),
  phase: described(orNull(text), 'The committed Wyckoff phase.'),
  phase_evidence: described(PHASE_EVIDENCE, 'What this bar alone said of the phase.'),
  regime: described(orNull(text), 'The committed regime of the market.'),
  regime_evidence: described(REGIME_EVIDENCE, 'What this bar alone said of the regime; null without a regime model.'),
  hidden_hand_warning: described(orNull(flag), 'Whether the method speaks against the decision.'),
  phase_signal_conflict: orNull(flag),
  close: described(orNull(price), 'What stop and target are counted from.'),
  stop_loss: orNull(price),
  take_profit: orNull(price),
  red_flags: listOf(text),
  error_code: ERROR_CODE,
  error_message: orNull(text),
  skip_reason: oneOfOrNull('NOT_SCHEDULABLE', 'OVERTAKEN'),
  started_at: orNull(moment),
  finished_at: orNull(moment),
  latency_ms: described(orNull(integer), 'From the writing down of the bar to that of the completed run, wall clock.'),
  freshness: described(freshness, 'In `latest` that of now, elsewhere that of when the bar came.'),
  degraded: orNull(flag),
  provenance: record({
    provider: orNull(text),
    simulated: described(orNull(flag), 'Whether the prices are made up by a simulation.'),
    rules_version: orNull(text),
    model_version: orNull(text),
    ...logPosition,
  }),
};

export const latestAnswer = record({ ...asOf, ...analysisFields });
export const historyAnswer = page(record(analysisFields));
export const oneAnalysisAnswer = record({
  ...asOf,
  ...analysisFields,
  log: listOf(record({ event: text, event_id: text, position: integer, at: moment, recorded_at: moment })),
});

export const barsAnswer = page(
  record({
    ...{ open_ts: moment, close_ts: moment, open: price, high: price, low: price, close: price, volume: number },
    ...{
      volume_kind: oneOf('tick', 'traded', 'none'),
      provider: text,
      simulated: flag,
      revision: integer,
      backfill: flag,
    },
  }),
  { symbol: text, timeframe: text, freshness },
);

const feedFields = {
  ...{ pair: text, symbol: text, timeframe: text, status: oneOf('active', 'paused') },
  origin: described(
    oneOfOrNull('history', 'config', 'request'),
    'Who wants it: the history that is played, the configuration file, or somebody who asked.',
  ),
  provider: described(text, 'The source that is asked now.'),
  fallback_active: described(flag, 'Whether that is not the first one.'),
  sources: described(
    listOf(
      record({
        ...{ provider: text, symbol: text, breaker: oneOf(...BREAKER), opened_at: orNull(moment), cause: orNull(text) },
        ...{ probes_at: described(orNull(moment), 'When it is tried again.'), times_opened: integer },
        provider_breaker: described(BREAKER_OR_NULL, 'Of all calls to it, as in the status.'),
        outage_since: described(orNull(moment), 'Since when its pairs are stale together; null while they are not.'),
      }),
    ),
    'In the order in which they are tried, each with its breaker for this pair.',
  ),
  ...{ breaker_open: flag, stale: described(flag, STALE) },
  ...{ calendar_id: text, calendar_version: text, volume_kind: oneOf('tick', 'traded', 'none') },
  ...{ feed_latency_ms: integer, simulated: flag, added_at: moment, paused_at: orNull(moment) },
  newest_bar: { ...record({ open_ts: moment, close_ts: moment }), type: ['object', 'null'] },
  freshness,
  missed_in_a_row: integer,
  gaps: described(
    listOf(record({ from_ts: moment, to_ts: moment, bars: integer, found_at: moment })),
    'Bars that are missing between others and asked for.',
  ),
};

export const feedsAnswer = page(record(feedFields));
export const feedAnswer = record({ ...asOf, ...feedFields });

export const statusAnswer = record({
  ...asOf,
  uptime_s: described(integer, 'Seconds since this service started.'),
  latency_ms: described(orNull(number), 'From bar to analysis, both written down: of the newest completed analysis.'),
  median_processing_ms: described(orNull(number), 'The same, median of all pairs over 5 minutes of event time.'),
  fail_rate_5m: described(orNull(number), 'Failed analyses as a share of those that ended; null when none did.'),
  providers: listOf(
    record({
      name: text,
      key_age_days: described(orNull(integer), 'Null where the provider takes no key.'),
      breaker: described(BREAKER_OR_NULL, 'Of all calls to it; null where nothing was said of it as such.'),
      quota_left: described(orNull(integer), 'What is left of its limit; null where nobody tells.'),
      requests_5m: described(
        integer,
        'Requests, where the provider is metered; else the live bars and failed attempts that the log knows of.',
      ),
      errors_5m: integer,
    }),
  ),
  pairs: listOf(
    record({
      symbol: text,
      timeframe: text,
      last_bar_ts: described(orNull(moment), 'The open of the newest bar.'),
      lag_s: described(orNull(number), 'Seconds from the close of the newest bar to `as_of`.'),
      freshness: COLOUR,
      ratio: described(orNull(number), 'As of `evaluated_at`.'),
      ...{ evaluated_at: orNull(moment), market_state: oneOfOrNull('OPEN', 'CLOSED'), schedulable: flag },
      ingested_ok: described(integer, 'Live bars that came in.'),
      ingested_fail: described(integer, 'Bars of which every attempt failed, or that were put aside.'),
      ...{ analyses_ok_5m: integer, analyses_fail_5m: integer },
      median_latency_ms: described(orNull(number), 'Null when nothing was analysed in the window.'),
      escalation_level: LEVEL,
      breaker_open: described(flag, 'Whether its provider is left alone, for this pair or altogether.'),
      stale: described(flag, STALE),
      provider: described(text, 'The one that is asked now.'),
      ...{ simulated: flag, fallback_active: described(flag, 'Whether that is not the first choice.') },
    }),
  ),
});

import {
  ADJUSTMENTS,
  asOf,
  described,
  flag,
  integer,
  listOf,
  logPosition,
  moment,
  number,
  oneOf,
  oneOfOrNull,
  orNull,
  page,
  price,
  record,
  SIGNAL,
  text,
} from './answers.ts';

export const boardAnswer = record({
  ...asOf,
  items: listOf(
    record({
      ...{ symbol: text, timeframe: text, signal: oneOf(...SIGNAL), confidence: number, confidence_raw: number },
      confidence_percent: described(text, 'The confidence as whole percent, a half away from zero: `13%` for 0.125.'),
      adjustments: ADJUSTMENTS,
      composite_score: described(orNull(number), 'Null for a signal of an agent.'),
      risk_score: described(orNull(number), 'How risky the agent calls it, 0 to 1; null for a signal of the rules.'),
      risk_level: described(oneOfOrNull('LOW', 'MEDIUM', 'HIGH'), 'HIGH above 0.7, MEDIUM above 0.4.'),
      degraded: described(orNull(flag), 'Whether a fallback stood in for the intended model.'),
      hidden_hand_warning: described(flag, 'Whether the method speaks against the signal.'),
      ...{ phase_signal_conflict: orNull(flag), phase: orNull(text) },
      ...{ stop_loss: orNull(price), take_profit: orNull(price), bar_ts: orNull(moment), analyzed_at: moment },
      said_by: oneOf('rules', 'agent'),
      analysis_id: described(orNull(text), 'The run of a signal of the rules.'),
      task_id: described(orNull(text), 'The task of a signal of an agent.'),
      agent_id: orNull(text),
      emitted: described(integer, 'How many signals the pair has had.'),
      stale: described(integer, 'How many of them came after a newer one, and were never shown.'),
      ...{ provider: orNull(text), simulated: orNull(flag) },
      provenance: record({ rules_version: orNull(text), model_version: orNull(text), ...logPosition }),
    }),
  ),
});

export const scorecardAnswer = page(
  record({
    ...{ pair: text, symbol: text, timeframe: text, rules_version: orNull(text), model_version: orNull(text) },
    phase: described(text, 'The committed phase when the signal was emitted.'),
    simulated: described(flag, 'Whether the prices are made up, so that the score is no merit.'),
    scoring_version: orNull(text),
    pending: described(integer, 'Signals whose time is not over.'),
    trades: described(
      record({
        n: described(integer, 'How many BUY and SELL have been scored; all figures but `mean_r` are of so many.'),
        ...{ target_first: integer, stop_first: integer, neither: integer },
        hit_rate: described(orNull(number), 'Those that touched the target first, as a share of `n`.'),
        mean_return_bps: orNull(number),
        mean_r: described(orNull(number), 'The mean return in units of the risk taken, of `n_r` signals.'),
        n_r: integer,
        brier_score: described(orNull(number), 'Of confidence against hits; 0 is best, a half always earns 0.25.'),
      }),
      'Signals to buy or sell. Figures are null while `n` is 0.',
    ),
    holds: described(
      record({
        ...{ n: integer, held: described(integer, 'Those after which the price stayed within one ATR.') },
        ...{ hit_rate: orNull(number), brier_score: orNull(number) },
      }),
      'Signals to do nothing.',
    ),
    scored_at: described(orNull(moment), 'When the newest of them was scored.'),
  }),
);

import {
  ADJUSTMENTS,
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
  record,
  SIGNAL,
  text,
  described,
  ERROR_CODE,
  asOf,
} from './answers.ts';

const TASK_TYPE = oneOf('trading_analysis', 'trading_signal');
const capabilities = listOf(text);

export const agentsAnswer = page(
  record({
    agent_id: text,
    liveness: described(
      oneOf('unregistered', 'idle', 'busy', 'lost', 'retired'),
      '`unregistered`: somebody granted it something, and it has not come yet.',
    ),
    capabilities: described(capabilities, 'What it says that it can do.'),
    grants: described(capabilities, 'What it may do.'),
    can_do: described(capabilities, 'What is both; a task goes by this alone.'),
    parallel_max: described(orNull(integer), 'How many tasks it takes at a time.'),
    instance: described(orNull(text), 'Tells one start of the agent from another.'),
    leases: listOf(
      record({
        ...{ task_id: text, task_type: TASK_TYPE, pair: text, fencing_token: integer, attempt: integer },
        leased_at: moment,
      }),
    ),
    breakers: described(
      listOf(
        record({
          task_type: TASK_TYPE,
          state: oneOf('closed', 'half-open', 'open'),
          weight: described(number, 'What its failures weigh since its last success; from 3 on it gets no such task.'),
          since: moment,
        }),
      ),
      'One for each type of task at which it has failed since its last success.',
    ),
    ...{ tasks_completed: integer, tasks_failed: described(integer, 'Attempts of its own that failed.') },
    tasks_released: described(integer, 'Tasks that were taken from it.'),
    results_ignored: described(integer, 'What it brought too late to count.'),
    first_at: described(moment, 'When it was heard of first.'),
    ...{ registered_at: orNull(moment), lost_at: orNull(moment), retired_at: orNull(moment) },
    last_seen: {
      ...record({ event: text, event_id: text, position: integer, at: moment }),
      type: ['object', 'null'],
      description: 'The newest fact in which it had its say; its heartbeats are none.',
    },
    provenance: record(logPosition),
  }),
);

const result = {
  ...record({
    ...{ task_id: text, task_type: TASK_TYPE, symbol: text, timeframe: text, signal: oneOf(...SIGNAL) },
    confidence: described(orNull(number), 'After all adjustments, 0 to 1; null until the method has judged it.'),
    confidence_raw: number,
    adjustments: ADJUSTMENTS,
    ...{ risk_score: number, reasoning: text, model: text, fallback_used: flag, degraded_inference: orNull(flag) },
    degradation_reason: oneOfOrNull('fallback_model_used'),
    raw_content_digest: described(text, 'SHA-256 of what the model said.'),
    wyckoff_phase: described(orNull(text), 'The phase that the agent sees.'),
    left_out: described(listOf(record({ tier: text, section: text })), 'What did not fit into the model’s budget.'),
    is_valid: orNull(flag),
    phase: described(orNull(text), 'The phase that it was judged by.'),
    ...{ hidden_hand_warning: orNull(flag), phase_signal_conflict: orNull(flag), completed_by: text },
    analyzed_at: described(moment, 'When the model had answered, by the clock of the agent.'),
    completed_at: described(moment, 'When the result came.'),
  }),
  type: ['object', 'null'],
};

const taskFields = {
  ...{ task_id: text, task_type: TASK_TYPE, pair: text, symbol: text, timeframe: text, bar_ts: orNull(moment) },
  ...{ analysis_id: orNull(text), question: orNull(text) },
  status: oneOf('queued', 'leased', 'completed', 'failed'),
  unroutable: described(flag, 'Whether it waits in vain: nobody who is there can and may do it.'),
  needs: described({ type: ['array', 'null'], items: text }, 'What an agent needs for it; null unless unroutable.'),
  attempts: described(integer, 'How many have begun.'),
  agent_id: described(orNull(text), 'Who has it, or did it.'),
  fencing_token: described(orNull(integer), 'The number of that lease.'),
  result,
  results_ignored: described(integer, 'Results that came too late to count.'),
  ...{ error_code: ERROR_CODE, error_message: orNull(text), submitted_by: text, submitted_at: moment },
  ...{ unroutable_at: orNull(moment), leased_at: orNull(moment), ended_at: orNull(moment) },
  provenance: record(logPosition),
};

export const tasksAnswer = page(record(taskFields));
export const taskAnswer = record({
  ...asOf,
  ...taskFields,
  tries: described(
    listOf(
      record({
        ...{ attempt: integer, agent_id: text, fencing_token: integer, leased_at: moment, ended_at: orNull(moment) },
        outcome: oneOfOrNull('completed', 'failed', 'agent-lost', 'agent-retired', 'no-progress', 'overdue'),
        ...{ failure_source: orNull(text), failure_message: orNull(text) },
      }),
    ),
    'Its newest leases, oldest first; null in `outcome` while one lasts.',
  ),
});

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetLane } from './forget-lane.ts';

/**
 * Agents and their tasks, and signals of agents on the board. Analysis's lane is heard anew from its beginning, as
 * migration 2 does with that of ingestion, so that whatever was said of agents before is told too.
 */
export class AgentsAndTasks1700000001003 implements MigrationInterface {
  readonly name = 'AgentsAndTasks1700000001003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...FORWARD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...BACK]) await runner.query(statement);
  }
}

const FORGET_LANE = forgetLane('analysis', 'analysis', 'signal_board');

const FORWARD = [
  `CREATE TABLE agent (
     agent_id text PRIMARY KEY,
     liveness text NOT NULL,
     capabilities jsonb NOT NULL,
     grants jsonb NOT NULL,
     can_do jsonb NOT NULL,
     parallel_max integer,
     instance text,
     leases jsonb NOT NULL,
     breakers jsonb NOT NULL,
     tasks_completed integer NOT NULL,
     tasks_failed integer NOT NULL,
     tasks_released integer NOT NULL,
     results_ignored integer NOT NULL,
     first_at timestamptz NOT NULL,
     registered_at timestamptz,
     lost_at timestamptz,
     retired_at timestamptz,
     last_seen jsonb,
     position bigint NOT NULL)`,
  `CREATE INDEX agent_first ON agent (first_at, agent_id)`,

  `CREATE TABLE task (
     task_id text PRIMARY KEY,
     task_type text NOT NULL,
     pair text NOT NULL,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     bar_open_at timestamptz,
     run_id text,
     question text,
     status text NOT NULL,
     unroutable_at timestamptz,
     needs jsonb,
     attempts integer NOT NULL,
     agent_id text,
     fencing_token bigint,
     tries jsonb NOT NULL,
     result jsonb,
     results_ignored integer NOT NULL,
     error_code text,
     error_message text,
     submitted_by text NOT NULL,
     submitted_at timestamptz NOT NULL,
     leased_at timestamptz,
     ended_at timestamptz,
     position bigint NOT NULL)`,
  `CREATE INDEX task_newest ON task (submitted_at, task_id)`,
  `CREATE INDEX task_of_pair ON task (pair, submitted_at, task_id)`,
  `CREATE INDEX task_under_way ON task (status, submitted_at, task_id) WHERE status IN ('queued', 'leased')`,

  `ALTER TABLE signal_board
     DROP signal_id,
     ALTER run_id DROP NOT NULL,
     ALTER bar_open_at DROP NOT NULL,
     ALTER composite_score DROP NOT NULL,
     ALTER provider DROP NOT NULL,
     ALTER simulated DROP NOT NULL,
     ADD said_by text NOT NULL,
     ADD task_id text,
     ADD agent_id text,
     ADD confidence_percent text NOT NULL,
     ADD adjustments jsonb NOT NULL,
     ADD risk_score double precision,
     ADD risk_level text,
     ADD degraded boolean,
     ADD hidden_hand_warning boolean NOT NULL,
     ADD phase_signal_conflict boolean,
     ADD phase text,
     ADD rules_version text,
     ADD model_version text,
     ADD stale integer NOT NULL`,
];

const BACK = [
  `DROP TABLE agent, task`,
  `ALTER TABLE signal_board
     ADD signal_id text NOT NULL,
     ALTER run_id SET NOT NULL,
     ALTER bar_open_at SET NOT NULL,
     ALTER composite_score SET NOT NULL,
     ALTER provider SET NOT NULL,
     ALTER simulated SET NOT NULL,
     DROP said_by, DROP task_id, DROP agent_id, DROP confidence_percent, DROP adjustments, DROP risk_score,
     DROP risk_level, DROP degraded, DROP hidden_hand_warning, DROP phase_signal_conflict, DROP phase,
     DROP rules_version, DROP model_version, DROP stale`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forgetLane } from './forget-lane.ts';

/**
 * How good signals were, and what runs say of phase, regime and model beside their decision. Analysis's lane is heard
 * anew from its beginning, as in migration 3.
 */
export class ScoresAndEvidence1700000001004 implements MigrationInterface {
  readonly name = 'ScoresAndEvidence1700000001004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...FORWARD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...FORGET_LANE, ...BACK]) await runner.query(statement);
  }
}

const FORGET_LANE = forgetLane('analysis', 'analysis', 'signal_board', 'agent', 'task');

const FORWARD = [
  `CREATE TABLE signal_score (
     signal_id text PRIMARY KEY,
     pair text NOT NULL,
     symbol text NOT NULL,
     timeframe text NOT NULL,
     signal text NOT NULL,
     rules_version text,
     model_version text,
     phase text NOT NULL,
     simulated boolean NOT NULL,
     outcome text,
     is_hit boolean,
     return_bps double precision,
     return_r double precision,
     brier_score double precision,
     scoring_version text,
     scored_at timestamptz)`,
  `CREATE INDEX signal_score_of_pair ON signal_score (pair)`,

  `ALTER TABLE analysis
     ADD explanation jsonb,
     ADD phase_evidence jsonb,
     ADD regime_evidence jsonb,
     ADD hidden_hand_warning boolean,
     ADD phase_signal_conflict boolean`,
];

const BACK = [
  `DROP TABLE signal_score`,
  `ALTER TABLE analysis
     DROP explanation, DROP phase_evidence, DROP regime_evidence, DROP hidden_hand_warning, DROP phase_signal_conflict`,
];

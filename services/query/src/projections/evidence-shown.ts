import type { RunCompleted } from '@tocsin/contracts';

type Completed = RunCompleted['data'];

/** How the model came to its opinion, as it is answered: what `top_features` add up to, and from where. */
export type ExplanationShown = {
  readonly space: 'margin';
  readonly base: number | null;
  readonly margin: number | null;
  readonly model_digest: string | null;
};

/** What one bar said of the phase, as it is answered. */
export type PhaseEvidenceShown = {
  readonly phase: Completed['phase'];
  readonly in_a_row: number;
  readonly confidence: number;
  readonly volume_trend: NonNullable<Completed['phaseEvidence']>['volumeTrend'];
};

/** What one bar said of the regime, as it is answered. */
export type RegimeEvidenceShown = {
  readonly turbulent_probability: number;
  readonly in_a_row: number;
  readonly model_version: string;
  readonly model_digest: string;
};

export const explanationOf = (ml: Completed['ml']): ExplanationShown | null =>
  ml && { space: 'margin', base: ml.base ?? null, margin: ml.margin ?? null, model_digest: ml.modelDigest ?? null };

export const phaseEvidenceOf = (evidence: Completed['phaseEvidence']): PhaseEvidenceShown | null =>
  evidence === undefined
    ? null
    : {
        phase: evidence.phase,
        in_a_row: evidence.inARow,
        confidence: evidence.confidence,
        volume_trend: evidence.volumeTrend,
      };

export const regimeEvidenceOf = (evidence: Completed['regimeEvidence']): RegimeEvidenceShown | null =>
  evidence === undefined || evidence === null
    ? null
    : {
        turbulent_probability: evidence.turbulentProbability,
        in_a_row: evidence.inARow,
        model_version: evidence.modelVersion,
        model_digest: evidence.modelDigest,
      };

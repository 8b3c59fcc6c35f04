import type { FailureSource, HeadlineObservedData, RunCompletedData, Signal } from '@tocsin/contracts';
import type { Instant, Timeframe } from '@tocsin/domain-kit';
import type { BarWindow } from '../bar-window.ts';

/** One who is shown what a run saw and says what it would do. It is asked once; whoever asks decides about another try. */
export interface Analyst {
  /** Never rejects for what the world does: that is a failure with a reason. It stops when the signal says so. */
  analyse(input: AnalystInput, signal: AbortSignal): Promise<AnalystAnswer | AnalystFailure>;
}

/** What an analyst may know, as plain JSON. */
export interface AnalystInput {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** The close of the newest bar: nothing in the input is younger. */
  readonly asOf: Instant;
  /** Closed bars, oldest first; the prompt takes the newest of them, as many as it has room for. */
  readonly bars: BarWindow;
  readonly run: ReviewedRun;
  /** Newest first. Somebody else's words: the prompt marks them as such. */
  readonly headlines: readonly UntrustedHeadline[];
}

/** What a run found out. Its decision is left out: an analyst who knows it would only repeat it. */
export type ReviewedRun = Pick<
  RunCompletedData,
  'bias' | 'ruleParts' | 'phase' | 'regime' | 'regimeEvidence' | 'close' | 'stopLoss' | 'takeProfit' | 'redFlags'
>;

export type UntrustedHeadline = Pick<HeadlineObservedData, 'title' | 'summary' | 'outlet' | 'publishedAt'>;

/** The committed Wyckoff phase, or what an analyst takes it for. */
export type WyckoffPhase = RunCompletedData['phase'];

/** What an analyst would do. The confidence is its own, raw: what it is worth, adjustments say. */
export interface Opinion {
  readonly signal: Signal;
  readonly confidence: number;
  /** From 0, no risk, to 1. */
  readonly riskScore: number;
  /** A model's words, made plain; untrusted like all words from outside. */
  readonly reasoning: string;
  /** Null where it did not say. */
  readonly wyckoffPhase: WyckoffPhase | null;
}

/** How much of the context matters: without a `must` nobody is asked; a `may` is the first to go. */
export type ContextTier = 'must' | 'should' | 'may';

/** What the budget had no room for. */
export interface LeftOutSection {
  readonly tier: ContextTier;
  readonly section: string;
}

/** One model that was asked. */
export interface AnalystAttempt {
  readonly model: string;
  /** Null when it answered well. */
  readonly failure: { readonly reason: AnalystFailureReason; readonly message: string } | null;
  /** SHA-256 in hex of what it said, before anything was made of it; null where it said nothing. */
  readonly rawContentDigest: string | null;
  readonly latencyMs: number;
  /** What the endpoint counted; null when it did not say. */
  readonly tokens: { readonly prompt: number; readonly completion: number } | null;
}

/** A good answer, and where it came from. */
export interface AnalystAnswer extends Opinion {
  readonly outcome: 'answered';
  /** The model that answered, by its configured name. */
  readonly model: string;
  readonly fallbackUsed: boolean;
  /** Whether something stood in for what was meant to answer; today only a fallback does. */
  readonly degradedInference: boolean;
  readonly degradationReason: 'fallback_model_used' | null;
  /** That of the attempt that answered. */
  readonly rawContentDigest: string;
  /** From the first question to the last byte of the answer. */
  readonly latencyMs: number;
  readonly attempts: readonly AnalystAttempt[];
  readonly leftOut: readonly LeftOutSection[];
}

/**
 * Why there is no answer: too slow; nobody there, or an error of theirs; asked to slow down; not asked because the
 * breaker is open; our request was refused (a wrong key, an unknown model); the model would not talk about it; it was cut
 * off by its own limit; what it said is not what was asked for; what must be said does not fit; too few
 * bars are stored to measure; we were told to stop.
 */
export type AnalystFailureReason =
  | 'timeout'
  | 'unreachable'
  | 'rate-limited'
  | 'breaker-open'
  | 'request-refused'
  | 'content-refused'
  | 'answer-cut'
  | 'bad-output'
  | 'context-too-large'
  | 'too-few-bars'
  | 'cancelled';

/** Whose fault each reason is; how much that weighs is decided by whoever counts. */
export const FAILURE_SOURCES = {
  timeout: 'sovereign_timeout',
  unreachable: 'network_error',
  'rate-limited': 'capacity',
  'breaker-open': 'network_error',
  'request-refused': 'agent_crash',
  'content-refused': 'bad_output',
  'answer-cut': 'bad_output',
  'bad-output': 'bad_output',
  'context-too-large': 'capacity',
  'too-few-bars': 'capacity',
  cancelled: 'unknown',
} as const satisfies Readonly<Record<AnalystFailureReason, FailureSource>>;

/** No answer: what the last model that was asked failed with. */
export interface AnalystFailure {
  readonly outcome: 'failed';
  readonly reason: AnalystFailureReason;
  readonly failureSource: FailureSource;
  /** A sentence for people. It names no address and no key. */
  readonly message: string;
  /** How long to leave the endpoint alone; null where another try would not help. */
  readonly retryAfterMs: number | null;
  readonly latencyMs: number;
  /** Every model that was asked, in order; none when nobody was. */
  readonly attempts: readonly AnalystAttempt[];
  readonly leftOut: readonly LeftOutSection[];
}

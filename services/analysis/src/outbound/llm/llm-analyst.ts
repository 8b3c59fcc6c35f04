import { plainText, type Refusal } from '@tocsin/domain-kit';
import { Cancelled, NoAnswer, Refused } from '@tocsin/outbound';
import { createHash } from 'node:crypto';
import {
  FAILURE_SOURCES,
  type Analyst,
  type AnalystAnswer,
  type AnalystAttempt,
  type AnalystFailure,
  type AnalystFailureReason,
  type AnalystInput,
  type Opinion,
} from '../../domain/analyst/analyst.ts';
import { opinionIn } from '../../domain/analyst/answer.ts';
import { promptFor, type Prompt } from '../../domain/analyst/prompt.ts';
import type { ChatModel, ModelStats } from './chat-model.ts';
import type { Completion } from './completion.ts';

/** Who is asked, in order: the intended model, and perhaps one that stands in for it. */
export interface AnalystModels {
  readonly primary: ChatModel;
  readonly fallback: ChatModel | null;
}

/** What asking one model came to. */
type Asked = Answered | NotAnswered;

interface Answered {
  readonly outcome: 'answered';
  readonly opinion: Opinion;
  readonly rawContentDigest: string;
  readonly attempt: AnalystAttempt;
}

interface NotAnswered {
  readonly outcome: 'failed';
  readonly fault: FailureCause;
  readonly attempt: AnalystAttempt;
}

/** Why a model gave no good answer. */
interface FailureCause {
  readonly reason: AnalystFailureReason;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

/** An analyst that is a language model. Whatever the intended model fails with, the fallback is asked the same, once. */
export class LlmAnalyst implements Analyst {
  readonly #models: AnalystModels;
  readonly #tokensMax: number;

  constructor(models: AnalystModels, tokensMax: number) {
    this.#models = models;
    this.#tokensMax = tokensMax;
  }

  async analyse(input: AnalystInput, signal: AbortSignal): Promise<AnalystAnswer | AnalystFailure> {
    const prompt = promptFor(input, this.#tokensMax);
    if ('refused' in prompt) return tooLarge(prompt);

    const { primary, fallback } = this.#models;
    const startedMs = performance.now();
    const first = await asked(primary, prompt, signal);
    const isOver = first.outcome === 'answered' || first.fault.reason === 'cancelled';
    const second = isOver || fallback === null ? null : await asked(fallback, prompt, signal);
    const last = second ?? first;
    const course: Course = {
      attempts: second === null ? [first.attempt] : [first.attempt, second.attempt],
      latencyMs: msSince(startedMs),
      leftOut: prompt.leftOut,
    };
    return last.outcome === 'answered' ? answer(last, course, second !== null) : failure(last.fault, course);
  }

  /** How each model is doing, for the metrics. */
  stats(): readonly ModelStats[] {
    const { primary, fallback } = this.#models;
    return fallback === null ? [primary.stats()] : [primary.stats(), fallback.stats()];
  }

  /** Stops the timers. Questions on their way end by themselves, or by their signal. */
  async close(): Promise<void> {
    await this.#models.primary.close();
    await this.#models.fallback?.close();
  }
}

/** How an analysis went, however it ended. */
type Course = Pick<AnalystAnswer, 'attempts' | 'latencyMs' | 'leftOut'>;

function answer(
  { opinion, rawContentDigest, attempt: { model } }: Answered,
  course: Course,
  fallbackUsed: boolean,
): AnalystAnswer {
  const degradationReason = fallbackUsed ? 'fallback_model_used' : null;
  return {
    outcome: 'answered',
    ...opinion,
    model,
    fallbackUsed,
    degradedInference: fallbackUsed,
    degradationReason,
    rawContentDigest,
    ...course,
  };
}

const failure = (fault: FailureCause, course: Course): AnalystFailure => ({
  outcome: 'failed',
  ...fault,
  failureSource: FAILURE_SOURCES[fault.reason],
  ...course,
});

const tooLarge = ({ because }: Refusal): AnalystFailure =>
  failure(
    { reason: 'context-too-large', message: because, retryAfterMs: null },
    { attempts: [], latencyMs: 0, leftOut: [] },
  );

/** Asks one model once. What the world does becomes a fault; a bug of ours stays an error. */
async function asked(chat: ChatModel, prompt: Prompt, signal: AbortSignal): Promise<Asked> {
  const { model } = chat;
  const startedMs = performance.now();
  const failedWith = (
    fault: FailureCause,
    rest: Pick<AnalystAttempt, 'rawContentDigest' | 'tokens'> = { rawContentDigest: null, tokens: null },
  ): NotAnswered => {
    const { reason, message } = fault;
    return {
      outcome: 'failed',
      fault,
      attempt: { model, failure: { reason, message }, latencyMs: msSince(startedMs), ...rest },
    };
  };

  let completion: Completion;
  try {
    completion = await chat.ask(prompt, signal);
  } catch (error) {
    return failedWith(faultIn(error));
  }
  const { tokens } = completion;
  if ('failure' in completion) {
    const { reason, message } = completion.failure;
    return failedWith(
      { reason, message: `${model}: ${message}`, retryAfterMs: null },
      { rawContentDigest: null, tokens },
    );
  }
  const rawContentDigest = createHash('sha256').update(completion.content).digest('hex');
  const opinion = opinionIn(completion.content);
  if ('refused' in opinion) {
    const message = `${model} answered with a bad ${opinion.refused}. ${opinion.because}`;
    return failedWith({ reason: 'bad-output', message, retryAfterMs: null }, { rawContentDigest, tokens });
  }
  const attempt = { model, failure: null, rawContentDigest, latencyMs: msSince(startedMs), tokens };
  return { outcome: 'answered', opinion, rawContentDigest, attempt };
}

/** @throws {unknown} what it was given, where that is no doing of the world. */
function faultIn(error: unknown): FailureCause {
  if (error instanceof NoAnswer) {
    return { reason: error.reason, message: plainText(error.message), retryAfterMs: error.remedy.retryAfterMs };
  }
  if (error instanceof Refused) {
    return { reason: 'request-refused', message: plainText(error.message), retryAfterMs: null };
  }
  if (error instanceof Cancelled) return { reason: 'cancelled', message: error.message, retryAfterMs: null };
  throw error;
}

const msSince = (startedMs: number): number => Math.round(performance.now() - startedMs);

import { plainText } from '@tocsin/domain-kit';
import {
  FAILURE_SOURCES,
  type Analyst,
  type AnalystAnswer,
  type AnalystFailure,
  type AnalystFailureReason,
  type AnalystInput,
} from '../../domain/analyst/analyst.ts';
import { opinionByOdds, sightOf } from '../../domain/analyst/target-odds.ts';
import { probabilityIn } from './probability.ts';
import { messageOf, type OnnxSession } from './plug-in.ts';

/** An analyst that is a model of numbers: it is shown the features of the run's bar and tells how probable the target is. */
export class OnnxAnalyst implements Analyst {
  readonly #session: OnnxSession;
  /** What facts call it: its file, and which one of that name. */
  readonly #model: string;

  constructor(session: OnnxSession, model: string) {
    this.#session = session;
    this.#model = model;
  }

  async analyse(input: AnalystInput, signal: AbortSignal): Promise<AnalystAnswer | AnalystFailure> {
    const startedMs = performance.now();
    const model = this.#model;
    const failedWith = (
      reason: AnalystFailureReason,
      because: string,
      rawContentDigest: string | null = null,
    ): AnalystFailure => {
      const message = plainText(because);
      const latencyMs = msSince(startedMs);
      const attempt = { model, failure: { reason, message }, rawContentDigest, latencyMs, tokens: null };
      const failureSource = FAILURE_SOURCES[reason];
      return {
        outcome: 'failed',
        reason,
        failureSource,
        message,
        retryAfterMs: null,
        latencyMs,
        attempts: [attempt],
        leftOut: [],
      };
    };

    const sight = sightOf(input);
    if (sight === null)
      return failedWith('too-few-bars', `Only ${input.bars.length} bars of ${input.symbol} are stored.`);
    const ran = await this.#run(Float32Array.from(sight), signal);
    if (ran === 'cancelled') return failedWith('cancelled', 'It was told to stop.');
    if ('error' in ran) return failedWith('request-refused', `${model} did not run: ${messageOf(ran.error)}`);
    const told = probabilityIn(ran.output);
    if ('refused' in told) return failedWith('bad-output', `${model}: ${told.because}`, told.digest);

    const { probability, digest: rawContentDigest } = told;
    const latencyMs = msSince(startedMs);
    return {
      outcome: 'answered',
      ...opinionByOdds(probability, input.run.bias),
      model,
      fallbackUsed: false,
      degradedInference: false,
      degradationReason: null,
      rawContentDigest,
      latencyMs,
      attempts: [{ model, failure: null, rawContentDigest, latencyMs, tokens: null }],
      leftOut: [],
    };
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** The runtime cannot be interrupted; who is told to stop stops waiting, and what it still comes to is dropped. */
  async #run(row: Float32Array, signal: AbortSignal): Promise<Ran | 'cancelled'> {
    if (signal.aborted) return 'cancelled';
    let stop = (): void => undefined;
    const stopped = new Promise<'cancelled'>((resolve) => {
      stop = () => {
        resolve('cancelled');
      };
    });
    signal.addEventListener('abort', stop, { once: true });
    const running: Promise<Ran> = this.#session.run(row).then(
      (output) => ({ output }),
      (error: unknown) => ({ error }),
    );
    try {
      return await Promise.race([running, stopped]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

/** What running the model came to. */
type Ran = { readonly output: unknown } | { readonly error: unknown };

const msSince = (startedMs: number): number => Math.round(performance.now() - startedMs);

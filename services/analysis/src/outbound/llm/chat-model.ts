import { Caller, type CallerStats } from '@tocsin/outbound';
import { ANSWER_SCHEMA } from '../../domain/analyst/answer.ts';
import type { Prompt } from '../../domain/analyst/prompt.ts';
import { completionIn, type Completion } from './completion.ts';

/** One model behind one endpoint. */
export interface ChatModelOptions {
  /** As the endpoint spells it. */
  readonly model: string;
  /** The base of the endpoint, to which `/chat/completions` is added; a query stays, as some name their version there. */
  readonly url: string;
  /** Sent as a bearer token; null where none is needed. */
  readonly key: string | null;
  readonly timeoutMs: number;
  /** What may be spent on a day of UTC, in questions. */
  readonly requestsPerDay: number;
  /** When its breaker opens, and for how long. */
  readonly breaker?: { readonly callsMin: number; readonly openMs: number };
}

/** How a model is doing, and the tokens that it has used since the start of the process, by its endpoint's count. */
export type ModelStats = CallerStats & { readonly tokens: { readonly prompt: number; readonly completion: number } };

/** An answer is a few hundred words; thoughts before it may be many more. */
const ANSWER_BYTES_MAX = 512 * 1024;

/** Temperature 0, and an answer by schema: what is asked of every model. */
const FORM = {
  temperature: 0,
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'market_opinion', strict: true, schema: ANSWER_SCHEMA },
  },
} as const;

/** Asks a model by the chat completions protocol, once, with the house's manners towards targets. */
export class ChatModel {
  readonly model: string;
  readonly #url: URL;
  readonly #key: string | null;
  readonly #caller: Caller;
  readonly #tokens = { prompt: 0, completion: 0 };

  constructor({ model, url, key, timeoutMs, requestsPerDay, breaker }: ChatModelOptions) {
    this.model = model;
    this.#url = completionsOf(url);
    this.#key = key;
    this.#caller = new Caller(`the model ${model}`, {
      timeoutMs,
      requestsPerDay,
      answerBytesMax: ANSWER_BYTES_MAX,
      ...(breaker && { breaker }),
    });
  }

  /**
   * @throws {NoAnswer} when another try may help.
   * @throws {Refused} when the endpoint said a final no: a wrong key, an unknown model, a request that it cannot read.
   * @throws {Cancelled} when the signal said so.
   */
  async ask({ system, user }: Prompt, signal: AbortSignal): Promise<Completion> {
    const body = {
      model: this.model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      ...FORM,
    };
    const key = this.#key;
    const manners = key === null ? { signal } : { signal, secrets: [key], headers: { authorization: `Bearer ${key}` } };
    const { text, isCut } = await this.#caller.post(this.#url, body, manners);
    if (isCut) {
      const message = `the answer is longer than ${ANSWER_BYTES_MAX} bytes`;
      return { failure: { reason: 'answer-cut', message }, tokens: null };
    }
    const completion = completionIn(text);
    this.#tokens.prompt += completion.tokens?.prompt ?? 0;
    this.#tokens.completion += completion.tokens?.completion ?? 0;
    return completion;
  }

  stats(): ModelStats {
    return { ...this.#caller.stats(), tokens: { ...this.#tokens } };
  }

  close(): Promise<void> {
    return this.#caller.close();
  }
}

function completionsOf(base: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  return url;
}

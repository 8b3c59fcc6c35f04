import type { AnalystInput } from '../src/domain/analyst/analyst.ts';
import { ChatModel, type ChatModelOptions } from '../src/outbound/llm/chat-model.ts';
import { LlmAnalyst } from '../src/outbound/llm/llm-analyst.ts';
import { analystInput } from './analyst-input.ts';
import { LlmServer } from './llm-server.ts';

export const KEY = 'sk-not-a-real-key-7f3a';
export const TIMEOUT_MS = 2_000;
export const NEVER: AbortSignal = new AbortController().signal;

/** A server that speaks the protocol, and analysts whose models are behind it. */
export class AnalystGround {
  readonly #opened: LlmAnalyst[] = [];

  private constructor(readonly server: LlmServer) {}

  static async open(): Promise<AnalystGround> {
    return new AnalystGround(await LlmServer.open());
  }

  model(name: string, difference: Partial<ChatModelOptions> = {}): ChatModel {
    return new ChatModel({
      model: name,
      url: this.server.url,
      key: KEY,
      timeoutMs: TIMEOUT_MS,
      requestsPerDay: 1_000,
      breaker: { callsMin: 1_000, openMs: 60_000 },
      ...difference,
    });
  }

  analyst(primary: ChatModel, fallback: ChatModel | null = null, tokensMax = 6_000): LlmAnalyst {
    const analyst = new LlmAnalyst({ primary, fallback }, tokensMax);
    this.#opened.push(analyst);
    return analyst;
  }

  ask(analyst: LlmAnalyst, signal: AbortSignal = NEVER, input: AnalystInput = analystInput()) {
    return analyst.analyse(input, signal);
  }

  /** Forgets what was asked and told, and closes what was opened. */
  async clear(): Promise<void> {
    this.server.clear();
    for (const analyst of this.#opened.splice(0)) await analyst.close();
  }

  async close(): Promise<void> {
    await this.clear();
    await this.server.close();
  }
}

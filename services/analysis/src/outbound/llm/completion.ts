import { plainText } from '@tocsin/domain-kit';
import type { AnalystAttempt, AnalystFailureReason } from '../../domain/analyst/analyst.ts';

/** What a body with status 200 comes to: the model's words, or the reason why there are none. */
export type Completion =
  | { readonly content: string; readonly tokens: AnalystAttempt['tokens'] }
  | {
      readonly failure: { readonly reason: AnalystFailureReason; readonly message: string };
      readonly tokens: AnalystAttempt['tokens'];
    };

/**
 * Reads the answer of a chat completions endpoint. Such endpoints differ in everything but the place of the words, so
 * nothing else is insisted on. Several report errors of theirs with status 200, and what stands between us and them
 * answers with pages of its own: those are no words of a model.
 */
export function completionIn(text: string): Completion {
  const body = recordOf(parsed(text));
  if (body === null) return failed('unreachable', 'what came is no chat completion');
  const tokens = tokensOf(recordOf(body.usage));
  const error = recordOf(body.error);
  if (error !== null) return failed(...errorOf(error), tokens);
  if (!Array.isArray(body.choices)) return failed('unreachable', 'what came is no chat completion', tokens);

  const choice = recordOf(body.choices[0]);
  const message = recordOf(choice?.message);
  if (typeof message?.refusal === 'string' && message.refusal !== '') {
    return failed('content-refused', `the model refused: ${quoted(message.refusal)}`, tokens);
  }
  switch (choice?.finish_reason) {
    case 'content_filter':
      return failed('content-refused', 'a filter of the endpoint stopped the answer', tokens);
    case 'length':
      return failed('answer-cut', 'the answer reached the longest that the endpoint allows', tokens);
  }
  const content = message?.content;
  if (typeof content !== 'string' || content.trim() === '')
    return failed('bad-output', 'the model said nothing', tokens);
  return { content, tokens };
}

function failed(reason: AnalystFailureReason, message: string, tokens: AnalystAttempt['tokens'] = null): Completion {
  return { failure: { reason, message }, tokens };
}

/** An error inside of an answer; endpoints put the status that they mean into its code. */
function errorOf({ message, code }: Readonly<Record<string, unknown>>): [AnalystFailureReason, string] {
  const told = `an error came as an answer: ${quoted(message)}`;
  if (code === 429 || code === '429' || code === 'rate_limit_exceeded') return ['rate-limited', told];
  return ['unreachable', told];
}

function tokensOf(usage: Readonly<Record<string, unknown>> | null): AnalystAttempt['tokens'] {
  const [prompt, completion] = [usage?.prompt_tokens, usage?.completion_tokens];
  return isCount(prompt) && isCount(completion) ? { prompt, completion } : null;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

const QUOTED_CHARS_MAX = 200;
const quoted = (value: unknown): string => plainText(typeof value === 'string' ? value : 'no words', QUOTED_CHARS_MAX);

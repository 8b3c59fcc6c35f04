import { plainText, refuse, type Refusal } from '@tocsin/domain-kit';
import type { Opinion, WyckoffPhase } from './analyst.ts';

/** How long a reasoning is asked to be, and how much of a longer one is kept. */
export const REASONING_CHARS_ASKED = 600;
const REASONING_CHARS_MAX = 1_000;

const SIGNALS = ['BUY', 'SELL', 'HOLD'] as const;
const PHASES = [
  'accumulation',
  'distribution',
  'reaccumulation',
  'redistribution',
  'markup',
  'markdown',
  'unknown',
] as const satisfies readonly WyckoffPhase[];

/**
 * What an endpoint is asked to answer with. Only keywords that every endpoint knows which keeps to a schema: all fields
 * required, null where there is nothing, no bounds of numbers and lengths. The bounds are told in the prompt, and
 * `opinionIn` checks everything whether the endpoint keeps to the schema or not.
 */
export const ANSWER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['signal', 'confidence', 'riskScore', 'reasoning', 'wyckoffPhase'],
  properties: {
    signal: { type: 'string', enum: SIGNALS },
    confidence: { type: 'number', description: 'From 0 to 1.' },
    riskScore: { type: 'number', description: 'From 0, no risk, to 1.' },
    reasoning: { type: 'string', description: `At most ${REASONING_CHARS_ASKED} characters.` },
    wyckoffPhase: { anyOf: [{ type: 'string', enum: PHASES }, { type: 'null' }] },
  },
} as const;

/** The field that makes an answer a bad one; `content` where it is no JSON object at all. */
export type AnswerField = keyof typeof ANSWER_SCHEMA.properties | 'content';

/**
 * Reads what a model said. Nothing is repaired: 0.8 as text, 80 for 0.8 and 'buy' for BUY are bad answers, because a model
 * that gets those wrong may have got the rest wrong. Two habits are forgiven, since they add and change nothing: thoughts
 * in a `<think>` block before the answer, and one fence of Markdown around it. Any other word around the object refuses
 * it, for it may be a quotation. A phase that is missing is none. A reasoning that is too long is cut: its length is an
 * inconvenience for readers and no sign of a wrong answer.
 */
export function opinionIn(content: string): Opinion | Refusal<AnswerField> {
  const text = unwrapped(content);
  const answer = objectIn(text);
  if (answer === null) return refuse('content', `It is no JSON object and nothing else: ${quoted(text)}.`);
  const { signal, confidence, riskScore, reasoning, wyckoffPhase = null, ...others } = answer;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) return refuse('content', `It has a field that was not asked for: ${quoted(stranger)}.`);

  const word = SIGNALS.find((each) => each === signal);
  if (word === undefined) return refuse('signal', `It is none of ${SIGNALS.join(', ')}: ${quoted(signal)}.`);
  if (!isShare(confidence)) return refuse('confidence', `It is no number from 0 to 1: ${quoted(confidence)}.`);
  if (!isShare(riskScore)) return refuse('riskScore', `It is no number from 0 to 1: ${quoted(riskScore)}.`);
  if (typeof reasoning !== 'string') return refuse('reasoning', `It is no text: ${quoted(reasoning)}.`);
  if (reasoning.trim() === '') return refuse('reasoning', 'It is empty.');
  const phase = wyckoffPhase === null ? null : PHASES.find((each) => each === wyckoffPhase);
  if (phase === undefined) return refuse('wyckoffPhase', `It is no phase: ${quoted(wyckoffPhase)}.`);

  return {
    signal: word,
    confidence: Math.abs(confidence), // A zero may come with a minus.
    riskScore: Math.abs(riskScore),
    reasoning: plainText(reasoning.trim(), REASONING_CHARS_MAX),
    wyckoffPhase: phase,
  };
}

const THOUGHTS = { opening: '<think>', closing: '</think>' };
const MARKDOWN_FENCE = '```';

/** Without regular expressions: on an answer made for it, one that looks harmless takes minutes. */
function unwrapped(content: string): string {
  const answer = withoutThoughts(content.trim());
  if (answer.length < 2 * MARKDOWN_FENCE.length) return answer;
  if (!answer.startsWith(MARKDOWN_FENCE) || !answer.endsWith(MARKDOWN_FENCE)) return answer;
  const inside = answer.slice(MARKDOWN_FENCE.length, -MARKDOWN_FENCE.length);
  return (inside.startsWith('json') ? inside.slice('json'.length) : inside).trim();
}

function withoutThoughts(answer: string): string {
  const { opening, closing } = THOUGHTS;
  if (!answer.startsWith(opening)) return answer;
  const end = answer.indexOf(closing);
  return end < 0 ? answer : answer.slice(end + closing.length).trim();
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

const QUOTED_CHARS_MAX = 80;

/** A few words of what a model said, made plain, for the person who has to find out why. */
function quoted(value: unknown): string {
  const words = typeof value === 'string' ? value : value === undefined ? 'it is missing' : JSON.stringify(value);
  return plainText(words, QUOTED_CHARS_MAX) || 'nothing';
}

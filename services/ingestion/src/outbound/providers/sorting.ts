import { plainText } from '@tocsin/domain-kit';
import { NoAnswer, Refused, type Reply } from '@tocsin/outbound';
import type { Failure } from '../../domain/feed.commands.ts';
import { at, isArray, readJson, textOf, type Json } from './json.ts';
import type { Answer } from './provider.ts';

/** As much of something that is no table of bars as shows what it is. */
const GARBAGE_CHARS = 2_000;
const WORDS_CHARS = 300;

/** The names under which providers explain themselves. */
const EXPLANATIONS = ['message', 'msg', 'error', 'errorMessage', 'Error Message', 'Note', 'Information'];

/**
 * What a fault of the outside world means for a bar: the answer that never came, or was a no. Whatever is no such fault
 * is a bug of ours and is thrown again.
 */
export function failureIn(error: unknown): Answer {
  if (error instanceof Refused) return failed('REFUSED', withWords(error.message, error.reply));
  if (!(error instanceof NoAnswer)) throw error;
  const { reason, reply, askedMs, remedy } = error;
  const message = withWords(error.message, reply);
  // What we hold back ourselves has its own time to come again; a provider that named none leaves it to us.
  const retryAfterMs = askedMs ?? (reply === null && reason !== 'unreachable' ? remedy.retryAfterMs : null);
  switch (reason) {
    case 'rate-limited':
      return failed('RATE_LIMITED', message, retryAfterMs);
    case 'unreachable':
      return failed(reply === null ? 'NETWORK_ERROR' : 'PROVIDER_ERROR', message, retryAfterMs);
    case 'timeout':
      return failed('NETWORK_ERROR', message);
    case 'breaker-open':
      return failed('NETWORK_ERROR', message, retryAfterMs);
  }
}

/** A failure of one attempt, told in one sentence. */
export function failed(
  errorCode: Exclude<Failure['errorCode'], 'BAD_DATA'>,
  message: string,
  retryAfterMs: number | null = null,
): Answer {
  const failureSource = errorCode === 'NETWORK_ERROR' ? 'network_error' : 'provider';
  return { kind: 'failure', failure: { failureSource, errorCode, message: plainText(message), retryAfterMs } };
}

/** An answer of which we read only a part: half a table may end in the middle of a number. */
export const cutShort = (provider: string): Answer =>
  failed('NETWORK_ERROR', `${provider} answered with more than we read`);

/** A body that is no table of bars, such as a page of HTML. */
export const garbage = (body: string): Answer => ({ kind: 'garbage', body: body.slice(0, GARBAGE_CHARS) });

/** What a provider says about its no, in its own words; null where it says nothing that is made for reading. */
export function wordsIn(body: string): string | null {
  const json = readJson(body);
  const words = json === undefined ? (body.trimStart().startsWith('<') ? '' : body) : explanationIn(json);
  const line = words.replace(/\s+/g, ' ').trim();
  return line === '' ? null : plainText(line, WORDS_CHARS);
}

function explanationIn(json: Json): string {
  if (isArray(json)) return json.map(explanationIn).join('; ');
  if (typeof json === 'string') return json;
  for (const name of EXPLANATIONS) {
    const told = at(json, name);
    if (told === undefined || told === null || told === false) continue;
    return typeof told === 'object' && !isArray(told) ? explanationIn(told) || textOf(told) : explanationIn(told);
  }
  return '';
}

function withWords(message: string, reply: Reply | null): string {
  const words = reply === null ? null : wordsIn(reply.excerpt);
  return words === null ? message : `${message}: ${words}`;
}

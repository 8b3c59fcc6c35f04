import type { ReadableStream } from 'node:stream/web';
import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer } from './no-answer.ts';
import { retryAfterMs } from './retry-after.ts';

/** What a target answered: always a 2xx, everything else is a Fault. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as text, at most `answerBytesMax` bytes of it. */
  readonly text: string;
  /** True when the body was longer than we read. */
  readonly isCut: boolean;
}

/** One request, ready to go: its body is text so that what is signed is what is sent. */
export interface Exchange {
  readonly target: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answerBytesMax: number;
}

/** Statuses below 500 that ask for another try: they are about the moment, not about the request. */
const TRY_AGAIN = new Set([408, 425, 429]);

/** As much of a refused request's answer as helps a person, and no whole page. */
const EXCERPT_CHARS = 200;

/**
 * The only place where this house opens a connection over HTTP. Redirects are not followed: an answer from somewhere
 * else is no answer of the target's, and following would carry the body and the signature to an unknown host.
 */
const dial = (url: URL, init: RequestInit): Promise<Response> => fetch(url, { ...init, redirect: 'manual' });

/**
 * Posts once, reads the answer within the signal's life, and sorts it.
 * Messages name the target and never its address: webhook addresses are secrets.
 * @throws {NoAnswer} when another try may help.
 * @throws {Rejected} when it will not.
 */
export async function post(
  { target, url, headers, body, answerBytesMax }: Exchange,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await dial(url, { method: 'POST', headers, body, signal });
    return sorted(target, response, await readAtMost(response, answerBytesMax));
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof Rejected) throw error;
    if (signal.aborted) throw signal.reason;
    throw new NoAnswer('unreachable', `${target}: the connection failed${codeIn(error)}`, { cause: error });
  }
}

function sorted(target: string, { status, headers }: Response, body: { text: string; isCut: boolean }): Answer {
  if (status >= 200 && status < 300) return { status, headers, ...body };
  const said = `${target} answered ${status}${excerpt(headers, body.text)}`;
  if (status < 500 && !TRY_AGAIN.has(status)) throw new Rejected(said);
  const askedMs = retryAfterMs(headers.get('retry-after'), Date.now());
  throw new NoAnswer(status === 429 ? 'rate-limited' : 'unreachable', said, { askedMs });
}

/** The system's own word for what happened, such as ECONNREFUSED; it lies somewhere in the chain of causes. */
function codeIn(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : null) {
    if ('code' in at && typeof at.code === 'string') return ` (${at.code})`;
  }
  return '';
}

async function readAtMost(response: Response, bytesMax: number): Promise<{ text: string; isCut: boolean }> {
  if (!response.body) return { text: '', isCut: false };
  const body = response.body as ReadableStream<Uint8Array>; // Bytes by the standard; the types of fetch say any.
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, bytesMax - bytes));
    bytes += chunk.length;
    if (bytes > bytesMax) break; // Leaving the loop cancels the rest.
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isCut: bytes > bytesMax };
}

/** What the target said about its no, where it is made for reading: a page of HTML is not. */
function excerpt(headers: Headers, text: string): string {
  const isReadable = /^(?:text\/plain|application\/(?:[\w.+-]+\+)?json)\b/.test(headers.get('content-type') ?? '');
  const line = text.replace(/\s+/g, ' ').trim();
  return isReadable && line !== '' ? `: ${line.slice(0, EXCERPT_CHARS)}` : '';
}

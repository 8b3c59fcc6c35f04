import type { ReadableStream } from 'node:stream/web';
import { Rejected } from '@tocsin/domain-kit';
import { fetch, type Dispatcher, type Headers, type RequestInit, type Response } from 'undici';
import { NoAnswer } from './no-answer.ts';
import { Refused, replyOf, withoutSecrets } from './reply.ts';
import { OutOfReach } from './reach.ts';
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
  readonly url: string | URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly answerBytesMax: number;
  /** Statuses below 500 that ask for another try: they are about the moment, not about the request. */
  readonly tryAgainAt: ReadonlySet<number>;
  /** Statuses with which the target asks to be left alone. */
  readonly slowDownAt: ReadonlySet<number>;
  /** What must not come back in a fault, such as a key. */
  readonly secrets: readonly string[];
  /** Whether the message of a fault may quote the body. */
  readonly isQuoted: boolean;
  /** Opens the connections, where not every address may be called. */
  readonly dispatcher: Dispatcher | null;
}

/** As much of a refused request's answer as helps a person, and no whole page. */
const QUOTE_CHARS = 200;

/**
 * The only place where this house opens a connection over HTTP. Redirects are not followed: an answer from somewhere
 * else is no answer of the target's, and following would carry the body and the signature to an unknown host.
 */
const dial = (url: URL, init: RequestInit, dispatcher: Dispatcher | null): Promise<Response> =>
  fetch(url, { ...init, redirect: 'manual', ...(dispatcher && { dispatcher }) });

/**
 * Asks once, reads the answer within the signal's life, and sorts it.
 * Messages name the target and never its address: webhook addresses and keys in queries are secrets.
 * @throws {NoAnswer} when another try may help.
 * @throws {Rejected} when it will not.
 */
export async function exchange(request: Exchange, signal: AbortSignal): Promise<Answer> {
  const { target, method, headers, body, answerBytesMax, dispatcher } = request;
  const url = urlOf(request);
  try {
    const response = await dial(url, { method, headers, body, signal }, dispatcher);
    return sorted(request, response, await readAtMost(response, answerBytesMax));
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof Rejected) throw error;
    if (signal.aborted) throw signal.reason;
    // A name may lead elsewhere tomorrow, but not because we ask again.
    if (isOutOfReach(error)) throw new Rejected(`${target}: ${new OutOfReach().message}`, { cause: error });
    throw new NoAnswer('unreachable', `${target}: the connection failed${codeIn(error)}`, { cause: error });
  }
}

/** The error that `URL` throws carries the address. */
function urlOf({ target, url }: Exchange): URL {
  if (url instanceof URL) return url;
  if (!URL.canParse(url)) throw new TypeError(`the address of ${target} is not a URL`);
  return new URL(url);
}

function sorted(request: Exchange, response: Response, body: { text: string; isCut: boolean }): Answer {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { status, headers, ...body };
  const said = `${request.target} answered ${status}${request.isQuoted ? quote(headers, withoutSecrets(body.text, request.secrets)) : ''}`;
  const reply = replyOf(response, body.text, request.secrets);
  const isSlowDown = request.slowDownAt.has(status);
  if (status < 500 && !isSlowDown && !request.tryAgainAt.has(status)) throw new Refused(said, reply);
  const askedMs = retryAfterMs(headers.get('retry-after'), Date.now());
  throw new NoAnswer(isSlowDown ? 'rate-limited' : 'unreachable', said, { askedMs, reply });
}

/** The system's own word for what happened, such as ECONNREFUSED. */
function codeIn(error: unknown): string {
  const told = causesOf(error).find((cause) => 'code' in cause && typeof cause.code === 'string');
  return told && 'code' in told ? ` (${String(told.code)})` : '';
}

const isOutOfReach = (error: unknown): boolean => causesOf(error).some((cause) => cause instanceof OutOfReach);

/** What happened lies somewhere in the chain of causes. */
function causesOf(error: unknown): readonly object[] {
  if (typeof error !== 'object' || error === null) return [];
  return [error, ...causesOf('cause' in error ? error.cause : null)];
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
function quote(headers: Headers, text: string): string {
  const isReadable = /^(?:text\/plain|application\/(?:[\w.+-]+\+)?json)\b/.test(headers.get('content-type') ?? '');
  const line = text.replace(/\s+/g, ' ').trim();
  return isReadable && line !== '' ? `: ${line.slice(0, QUOTE_CHARS)}` : '';
}

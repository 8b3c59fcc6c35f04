import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one question. */
export interface LlmReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text as it is. */
  readonly body: object | string;
  /** Sends one half of the body, and then hangs up. */
  readonly isCutOff?: boolean;
}

/** A question that came. */
export interface LlmQuestion {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: LlmRequest;
  /** Whether whoever asked hung up before there was an answer. */
  isAbandoned: boolean;
}

/** What the protocol says that a request has, as far as this server reads it. */
interface LlmRequest {
  readonly model: string;
  readonly temperature: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format: {
    readonly type: string;
    readonly json_schema: { readonly name: string; readonly strict: boolean; readonly schema: StrictSchema };
  };
}

interface StrictSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}

/** Never answers. */
export const SILENCE = 'silence';

/** A good answer, which tests change one thing of. */
export const GOOD_ANSWER = {
  signal: 'SELL',
  confidence: 0.85,
  riskScore: 0.3,
  reasoning: 'The close broke the lowest of twenty bars.',
  wyckoffPhase: 'markdown',
};

/** A chat completion with these words, as the protocol spells it. */
export const completion = (content: string | null, choice: object = {}): LlmReply => ({
  body: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'as-the-endpoint-spells-it',
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 1_812, completion_tokens: 64, total_tokens: 1_876 },
  },
});

/** Words that are the good answer but for a difference. */
export const answering = (difference: object = {}): LlmReply =>
  completion(JSON.stringify({ ...GOOD_ANSWER, ...difference }));

/**
 * A server that speaks the chat completions protocol on a port of this machine. It reads requests as strictly as the
 * strictest endpoints do, so that a request which only a lenient one would take fails here. What each model answers is
 * told by the test, question by question; the last answer stays.
 */
export class LlmServer {
  readonly questions: LlmQuestion[] = [];
  readonly #server: Server;
  readonly #scripts = new Map<string, (LlmReply | typeof SILENCE)[]>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#hear(request, Buffer.concat(chunks).toString(), response);
      });
    });
  }

  static async open(): Promise<LlmServer> {
    const server = new LlmServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** The base of the endpoint. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // It listens on a port: an address, not a pipe.
    return `http://127.0.0.1:${port}/v1`;
  }

  /** From now on, and instead of what was told before. */
  willAnswer(model: string, ...replies: readonly (LlmReply | typeof SILENCE)[]): void {
    this.#scripts.set(model, [...replies]);
  }

  /** The models that were asked, in order. */
  get asked(): readonly string[] {
    return this.questions.map(({ body }) => body.model);
  }

  clear(): void {
    this.questions.length = 0;
    this.#scripts.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear({ method, url = '', headers }: IncomingMessage, text: string, response: ServerResponse): void {
    const body = JSON.parse(text) as LlmRequest;
    const question: LlmQuestion = { path: url, headers, body, isAbandoned: false };
    this.questions.push(question);
    response.on('close', () => {
      question.isAbandoned = !response.writableFinished;
    });
    const objection = objectionTo(method, headers['content-type'], body);
    if (objection !== null) {
      send({ status: 400, body: { error: { message: objection, type: 'invalid_request_error' } } }, response);
      return;
    }
    const script = this.#scripts.get(body.model) ?? [];
    const reply = script.length > 1 ? script.shift() : script[0];
    if (reply === SILENCE) return;
    send(reply ?? { status: 404, body: { error: { message: `The model ${body.model} does not exist.` } } }, response);
  }
}

/** Keywords that a strict endpoint knows; any other is an error there. */
const KNOWN_KEYWORDS = new Set([
  'type',
  'enum',
  'anyOf',
  'description',
  'properties',
  'required',
  'additionalProperties',
]);

function objectionTo(method: string | undefined, type: string | undefined, body: LlmRequest): string | null {
  if (method !== 'POST' || type !== 'application/json') return 'A question is posted as JSON.';
  if (body.messages.map(({ role }) => role).join() !== 'system,user') return 'messages is not as it must be.';
  const { schema, strict, name } = body.response_format.json_schema;
  if (!strict || !/^[\w-]{1,64}$/.test(name)) return 'response_format is not as it must be.';
  if (schema.additionalProperties) return "'additionalProperties' is required to be supplied and to be false.";
  if (Object.keys(schema.properties).sort().join() !== [...schema.required].sort().join()) {
    return "'required' is required to be supplied and to be an array including every key in properties.";
  }
  const unknown = keywordsIn(schema).find((keyword) => !KNOWN_KEYWORDS.has(keyword));
  return unknown === undefined ? null : `'${unknown}' is not permitted.`;
}

function keywordsIn(schema: object): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, value]: [string, unknown]) => {
    if (keyword === 'properties') return [keyword, ...Object.values(value as object).flatMap(keywordsIn)];
    if (keyword === 'anyOf') return [keyword, ...(value as readonly object[]).flatMap(keywordsIn)];
    return [keyword];
  });
}

function send({ status = 200, headers = {}, body, isCutOff = false }: LlmReply, response: ServerResponse): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  if (!isCutOff) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with one request. */
export type ScriptedAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text as it is. */
  readonly body?: string | object;
  /** Waits for so long before it answers. */
  readonly delayMs?: number;
  /** Sends one half of the body, and then hangs up. */
  readonly isCutOff?: boolean;
  /** Takes the request, and says nothing. */
  readonly never?: boolean;
};

/** A request that came. */
export type HeardRequest = {
  readonly path: string;
  /** As it was asked, in its order; of several values with one name the last. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
};

/** A provider on a port of this machine that answers by a script, one answer for each request, in their order. */
export class ProviderServer {
  readonly #server: Server;
  readonly #script: ScriptedAnswer[] = [];
  readonly #heard: HeardRequest[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#hear(request, response);
    });
  }

  static async open(): Promise<ProviderServer> {
    const provider = new ProviderServer();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // It listens on a port: an address, not a pipe.
    return `http://127.0.0.1:${port}`;
  }

  /** What came since it was last asked for, in order. */
  takeRequests(): readonly HeardRequest[] {
    return this.#heard.splice(0);
  }

  /** Appends to the script. A request beyond its end is answered with a 500 that says so. */
  willAnswer(...answers: readonly ScriptedAnswer[]): void {
    this.#script.push(...answers);
  }

  /** Forgets what was not asked for. */
  clear(): void {
    this.#script.length = 0;
    this.#heard.length = 0;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://provider');
    this.#heard.push({ path: pathname, query: Object.fromEntries(searchParams), headers });
    const answer = this.#script.shift() ?? { status: 500, body: 'the script of this test has come to its end' };
    if (answer.never === true) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send(answer, response);
    }, answer.delayMs ?? 0);
    this.#timers.add(timer);
  }
}

function send(
  { status = 200, headers = {}, body = '', isCutOff = false }: ScriptedAnswer,
  response: ServerResponse,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  if (!isCutOff) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
}

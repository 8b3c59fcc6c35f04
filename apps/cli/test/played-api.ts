import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { runCli } from '../src/run-cli.ts';
import type { Terminal } from '../src/terminal.ts';

type Answer = { readonly status?: number; readonly body: object };

export type HeardRequest = {
  readonly method: string;
  readonly url: string;
  readonly tenant?: string;
  readonly body: unknown;
};

/** An API that answers what a test says, over real HTTP, and remembers what it was asked. */
export class PlayedApi {
  readonly heard: HeardRequest[] = [];
  #answers = new Map<string, Answer[]>();
  #url = '';

  private constructor(private readonly server: Server) {}

  static async open(): Promise<PlayedApi> {
    const server = createServer();
    const api = new PlayedApi(server);
    server.on('request', (request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const text = Buffer.concat(parts).toString();
        const tenant = headers['tocsin-tenant'];
        api.heard.push({
          ...{ method, url, body: text === '' ? null : (JSON.parse(text) as unknown) },
          ...(typeof tenant === 'string' && { tenant }),
        });
        const { status = 200, body } = api.#next(`${method} ${url.split('?')[0] ?? ''}`);
        reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('a server that listens has an address');
    api.#url = `http://127.0.0.1:${address.port}`;
    return api;
  }

  get url(): string {
    return this.#url;
  }

  /** What is answered to the next request of this kind, such as `GET /api/silences`. */
  answer(request: string, body: object, status = 200): void {
    this.#answers.set(request, [...(this.#answers.get(request) ?? []), { status, body }]);
  }

  #next(request: string): Answer {
    const [next, ...rest] = this.#answers.get(request) ?? [];
    this.#answers.set(request, rest);
    return next ?? { status: 404, body: { code: 'unknown-route', detail: 'No route has this method and path.' } };
  }

  /** Runs one command against this API. */
  async tocsin(command: readonly string[], source: NodeJS.ProcessEnv = { TOCSIN_URL: this.#url }) {
    const out: string[] = [];
    const err: string[] = [];
    const terminal: Terminal = {
      say: (line) => out.push(...line.split('\n')),
      tell: (line) => err.push(...line.split('\n')),
      show: () => undefined,
      ask: () => Promise.resolve(null),
    };
    const code = await runCli(command, source, terminal);
    return { code, out, err };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

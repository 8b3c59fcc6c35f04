import { Reach } from '@tocsin/outbound';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manners } from './called.channel.ts';

/** A request that a vendor's server got. */
export type Call = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
};
/** What it answers. */
export type Reply = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** How long it takes over it. */
  readonly afterMs?: number;
};

/** A server of this machine that keeps to what a vendor documents, and remembers what it was asked. */
export class Vendor {
  readonly calls: Call[] = [];
  /** Null says nothing, and leaves whoever asked to wait. */
  answer: (call: Call) => Reply | null;
  readonly #server: Server;

  private constructor(answer: (call: Call) => Reply | null) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Call['body'];
        const call = { path: request.url ?? '', headers: request.headers, body };
        this.calls.push(call);
        const reply = this.answer(call);
        if (reply === null) return;
        const { status, headers = {}, body: said = '', afterMs = 0 } = reply;
        const isText = typeof said === 'string';
        setTimeout(() => {
          response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
          response.end(isText ? said : JSON.stringify(said));
        }, afterMs);
      });
    });
  }

  static async open(answer: (call: Call) => Reply | null): Promise<Vendor> {
    const vendor = new Vendor(answer);
    await new Promise<void>((resolve) => vendor.#server.listen(0, '127.0.0.1', resolve));
    return vendor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A channel's manners in a test: fast, and allowed to reach this machine. */
export const manners = (id: string): Manners => ({
  id,
  timeoutMs: 2_000,
  rate: { calls: 100, perMs: 250 },
  reach: new Reach(['127.0.0.0/8']),
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a receiver of webhooks was sent, without what it refused. */
export type Accepted = { readonly id: string; readonly kind: string; readonly level: string; readonly atMs: number };

type Body = { readonly type?: string; readonly data?: { readonly level?: string } };

/** A receiver on this machine that takes everything at once, or is down. */
export class Receiver {
  readonly accepted: Accepted[] = [];
  /** What came while it was down. */
  refused = 0;
  isDown = false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        if (this.isDown) {
          this.refused += 1;
          response.writeHead(503).end();
          return;
        }
        const { type = '', data: { level = '' } = {} } = JSON.parse(body) as Body;
        const kind = type.replace('tocsin.notification.', '');
        this.accepted.push({ id: String(request.headers['webhook-id']), kind, level, atMs: performance.now() });
        response.writeHead(200).end('{}');
      });
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

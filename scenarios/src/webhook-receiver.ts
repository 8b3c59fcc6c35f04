import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came, and what it was answered; null for not yet, or never. */
export type Arrival = {
  readonly id: string;
  readonly body: string;
  readonly isPossibleRepeat: boolean;
  readonly status: number | null;
};

/** A real receiver of webhooks: it answers as it is told, and remembers everything that reached it. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly #arrivals: Arrival[] = [];
  #answers: readonly (number | 'nothing')[] = [200];

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers } = request;
        this.#take(String(headers['webhook-id']), headers['tocsin-possible-repeat'] === 'true', chunks, response);
      });
    });
  }

  static async open(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** What the next requests are answered, the last of it for good; `nothing` takes a message without a word. */
  answer(...answers: readonly [number | 'nothing', ...(number | 'nothing')[]]): void {
    this.#answers = answers;
  }

  /** In the order in which they came. */
  arrivalsOf(id: string): readonly Arrival[] {
    return this.#arrivals.filter((arrival) => arrival.id === id);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(id: string, isPossibleRepeat: boolean, chunks: readonly Buffer[], response: ServerResponse): void {
    const [answer = 200, ...later] = this.#answers;
    if (later.length > 0) this.#answers = later;
    const status = answer === 'nothing' ? null : answer;
    this.#arrivals.push({ id, body: Buffer.concat(chunks).toString(), isPossibleRepeat, status });
    if (status !== null) response.writeHead(status).end();
  }
}

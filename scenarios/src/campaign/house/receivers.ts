import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { MailReceiver } from './mail-receiver.ts';

/** How a receiver treats what comes in. */
export type Manner =
  | 'kind'
  /** Says that something broke, and keeps nothing. */
  | 'broken'
  /** Keeps it, and never answers. */
  | 'takes-and-falls-silent'
  /** Keeps it, and answers just before the sender's patience ends. */
  | 'slow'
  /** Asks to be left alone for a second. */
  | 'busy'
  /** Sends the sender to another address on this machine. */
  | 'sends-elsewhere';

/** One message that a receiver kept or finally refused. */
export type Arrival = {
  readonly channel: 'webhook' | 'email';
  readonly id: string;
  readonly fate: 'accepted' | 'sent-elsewhere';
};

/** Below the sender's patience, see `DELIVERY_TIMEOUT_MS` of the house. */
const SLOW_MS = 600;
const RETRY_AFTER_S = 1;

/** The receivers of webhooks and mail, as bad as receivers get. What they keep is in a file before they answer for it. */
export class Receivers {
  readonly #file: string;
  readonly #webhooks: Server;
  readonly #elsewhere: Server;
  readonly #mail: MailReceiver;
  #manner: Manner = 'kind';
  #followed = 0;

  private constructor(file: string) {
    this.#file = file;
    writeFileSync(file, '');
    const manner = () => this.#manner;
    this.#webhooks = createHttpServer((request, response) => {
      this.#receive(request, response).catch(() => response.destroy());
    });
    this.#elsewhere = createHttpServer((_request, response) => {
      this.#followed += 1;
      response.writeHead(200).end();
    });
    this.#mail = new MailReceiver({
      manner,
      keep: (id) => {
        this.#keep({ channel: 'email', id, fate: 'accepted' });
      },
      slowMs: SLOW_MS,
    });
  }

  static async open(directory: string): Promise<Receivers> {
    const receivers = new Receivers(join(directory, 'receivers.jsonl'));
    await Promise.all([listening(receivers.#webhooks), listening(receivers.#elsewhere), receivers.#mail.open()]);
    return receivers;
  }

  get webhookUrl(): string {
    return `http://127.0.0.1:${portOf(this.#webhooks)}/webhook`;
  }

  get smtpUrl(): string {
    return `smtp://127.0.0.1:${this.#mail.port}`;
  }

  /** How often somebody followed a redirect to where nobody may be sent. */
  get followed(): number {
    return this.#followed;
  }

  /** From now on everything that comes in is treated like this. */
  treat(manner: Manner): void {
    this.#manner = manner;
  }

  arrivals(): readonly Arrival[] {
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Arrival);
  }

  /** Makes it look as if this had arrived, and nothing else: for a campaign that must fail. */
  rewrite(arrivals: readonly Arrival[]): void {
    writeFileSync(this.#file, arrivals.map((arrival) => `${JSON.stringify(arrival)}\n`).join(''));
  }

  close(): void {
    for (const server of [this.#webhooks, this.#elsewhere]) {
      server.close();
      server.closeAllConnections();
    }
    this.#mail.close();
  }

  #keep(arrival: Arrival): void {
    appendFileSync(this.#file, `${JSON.stringify(arrival)}\n`);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = String(request.headers['webhook-id'] ?? '(none)');
    await text(request);
    switch (this.#manner) {
      case 'kind':
      case 'slow':
        if (this.#manner === 'slow') await pause(SLOW_MS);
        this.#keep({ channel: 'webhook', id, fate: 'accepted' });
        response.writeHead(200).end('{}');
        return;
      case 'broken':
        response.writeHead(500).end();
        return;
      case 'takes-and-falls-silent':
        this.#keep({ channel: 'webhook', id, fate: 'accepted' });
        return;
      case 'busy':
        response.writeHead(429, { 'retry-after': String(RETRY_AFTER_S) }).end();
        return;
      case 'sends-elsewhere':
        this.#keep({ channel: 'webhook', id, fate: 'sent-elsewhere' });
        response.writeHead(307, { location: `http://127.0.0.1:${portOf(this.#elsewhere)}/` }).end();
        return;
    }
  }
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

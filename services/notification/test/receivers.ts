import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';

/** A request that a webhook receiver got: verified, and answered with `status`. */
export type Received = {
  readonly id: string;
  readonly body: string;
  readonly isPossibleRepeat: boolean;
  readonly status: number;
};

/** What a receiver does with the next requests; the last answer stays. */
export type Answer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** It does what it would answer for, and never says so. */
  readonly isUnspoken?: boolean;
};

/** A real receiver of webhooks: it verifies signatures, answers as it is told, and remembers everything. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  #answers: Answer[] = [{ status: 200 }];
  readonly #server: Server;

  private constructor(readonly secret: string) {
    const verifier = new Webhook(secret);
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const { headers } = request;
        const id = String(headers['webhook-id']);
        verifier.verify(body, headers as Record<string, string>);
        const { status, headers: answered = {}, body: words = '', isUnspoken = false } = this.#nextAnswer();
        this.received.push({ id, body, isPossibleRepeat: headers['tocsin-possible-repeat'] === 'true', status });
        if (!isUnspoken) response.writeHead(status, answered).end(words);
      });
    });
  }

  static async open(secret: string): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(secret);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Ids of the requests that were accepted, in order. */
  get accepted(): readonly string[] {
    return this.received.filter(({ status }) => status < 300).map(({ id }) => id);
  }

  answer(...answers: readonly [Answer, ...Answer[]]): void {
    this.#answers = [...answers];
  }

  forget(): void {
    this.received.length = 0;
    this.answer({ status: 200 });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #nextAnswer(): Answer {
    const [next = { status: 200 }, ...rest] = this.#answers;
    if (rest.length > 0) this.#answers = rest;
    return next;
  }
}

/** A real SMTP server that takes everything and remembers it. */
export class Mailbox {
  readonly mails: string[] = [];
  readonly #server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        this.mails.push(Buffer.concat(chunks).toString());
        callback(null, 'kept');
      });
    },
  });
  #port = 0;

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    mailbox.#port = await new Promise<number>((resolve) => {
      const listening = mailbox.#server.listen(0, '127.0.0.1', () => {
        resolve((listening.address() as AddressInfo).port);
      });
    });
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** Subjects in the order of arrival. */
  get subjects(): readonly string[] {
    return this.mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '');
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** Waits until it is true. */
export async function until(truth: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + 15_000;
  while (!(await truth())) {
    if (performance.now() > giveUpAt) throw new Error(`it never came true that ${what}`);
    await pause(15);
  }
}

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Manner } from './receivers.ts';

/** The header under which our mails carry the notification's id. */
const ID_HEADER = 'x-tocsin-notification-id';

export type MailReceiverOptions = {
  readonly manner: () => Manner;
  /** Keeps a mail, by the id that it carries. */
  readonly keep: (id: string) => void;
  readonly slowMs: number;
};

/**
 * A mail server of a few lines, because a well-behaved one cannot be made to misbehave.
 * Source of the dialogue: RFC 5321, sections 3 and 4.
 */
export class MailReceiver {
  readonly #options: MailReceiverOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: MailReceiverOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
      this.#talk(socket).catch(() => socket.destroy());
    });
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #talk(socket: Socket): Promise<void> {
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 receiver.localhost');
    let mail: string[] | null = null;
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
      if (mail !== null && line !== '.') {
        mail.push(line);
      } else if (mail !== null) {
        await this.#take(idIn(mail), say);
        mail = null;
      } else {
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'DATA') mail = [];
        say(verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 receiver.localhost');
        if (verb === 'QUIT') socket.end();
      }
    }
  }

  async #take(id: string, say: (line: string) => void): Promise<void> {
    const { manner, keep, slowMs } = this.#options;
    switch (manner()) {
      case 'slow':
        await pause(slowMs);
        keep(id);
        say('250 kept');
        return;
      // Mail knows no redirect.
      case 'kind':
      case 'sends-elsewhere':
        keep(id);
        say('250 kept');
        return;
      case 'broken':
      case 'busy':
        say('451 try again later');
        return;
      case 'takes-and-falls-silent':
        keep(id);
        return;
    }
  }
}

function idIn(mail: readonly string[]): string {
  const header = mail.find((line) => line.toLowerCase().startsWith(`${ID_HEADER}:`));
  return header?.slice(ID_HEADER.length + 1).trim() ?? '(none)';
}

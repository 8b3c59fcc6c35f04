import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** What a link does to the connections of one client. */
export type Mood =
  | { readonly kind: 'well' }
  /** What it sends still arrives, what it is answered does not. It ends with new connections. */
  | { readonly kind: 'dumb' }
  /** Nothing passes in either direction, and nobody is told: a network that swallows. Afterwards everything arrives. */
  | { readonly kind: 'silent' }
  /** Every connection breaks at once, and so does every new one. */
  | { readonly kind: 'cut' }
  /** Every piece is late, and no more than so many bytes pass in a second. */
  | { readonly kind: 'slow'; readonly latencyMs: number; readonly bytesPerSecond: number };

/** Looks at what the server answers on one connection, and returns what of it may pass. */
export type AnswerFilter = (bytes: Buffer) => Buffer;

export type LinkOptions = {
  /** Makes the filter of each new connection's answers. */
  readonly filterAnswers?: () => AnswerFilter;
};

/** A request that stands before the server's door, and whoever sent it waits. */
export type Held = { readonly release: () => void };

/** A client's connection through the link, and the name it gave itself. */
type Pair = { readonly client: Socket; readonly server: Socket; readonly filter: AnswerFilter; name: string };

type Hold = { readonly marker: Buffer; readonly caught: (held: Held) => void };

const WELL: Mood = { kind: 'well' };
const POLL_MS = 10;

/** What a NATS client says when it connects, and what a PostgreSQL client does. */
const NAMES = [/"name":"([^"]+)"/, /application_name\0([^\0]+)\0/];

/**
 * A wire between services and a server that can be cut, slowed and deafened, for all of them or for one by the name that
 * it gives itself. So a relay can be caught after its messages were stored and before it knows.
 */
export class Link {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #moods = new Map<string, Mood>();
  readonly #holds = new Map<string, Hold>();
  #moodOfAll: Mood = WELL;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static open(targetPort: number, { filterAnswers = () => (bytes) => bytes }: LinkOptions = {}): Promise<Link> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') {
          reject(new Error('a link listens on a port'));
          return;
        }
        const link = new Link(server, address.port);
        server.on('connection', (client) => {
          link.#join({ client, server: connect(targetPort, '127.0.0.1'), filter: filterAnswers(), name: '' });
        });
        resolve(link);
      });
    });
  }

  /** From now on `name`, or `everybody`, is treated like this. */
  treat(name: string, mood: Mood): void {
    const before = name === 'everybody' ? this.#moodOfAll : this.#moods.get(name);
    if (name === 'everybody') this.#moodOfAll = mood;
    else if (mood.kind === 'well') this.#moods.delete(name);
    else this.#moods.set(name, mood);
    // Answers that a dumb connection swallowed are missing for ever, so it cannot be used any more.
    for (const pair of this.#pairs)
      if (
        (name === 'everybody' || pair.name === name) &&
        (this.#moodOf(pair).kind === 'cut' || before?.kind === 'dumb')
      )
        end(pair);
  }

  makeDumb(name: string): void {
    this.treat(name, { kind: 'dumb' });
  }

  makeWell(name: string): void {
    this.treat(name, WELL);
  }

  /** Resolves when `name` next sends something that contains `marker`: it then stands here until it is released. */
  holdNext(name: string, marker: string): Promise<Held> {
    return new Promise((caught) => {
      this.#holds.set(name, { marker: Buffer.from(marker), caught });
    });
  }

  /** Gives up waiting for something to hold. */
  holdNoMore(name: string): void {
    this.#holds.delete(name);
  }

  close(): Promise<void> {
    for (const pair of this.#pairs) end(pair);
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #join(pair: Pair): void {
    const { client, server, filter } = pair;
    this.#pairs.add(pair);
    for (const socket of [client, server])
      socket
        .setNoDelay(true)
        .on('error', () => {
          end(pair);
        })
        .on('close', () => {
          this.#pairs.delete(pair);
          end(pair);
        });
    if (this.#moodOfAll.kind === 'cut') end(pair);
    void this.#pump(pair, client, server, (bytes) => this.#hear(pair, bytes));
    void this.#pump(pair, server, client, (bytes) =>
      Promise.resolve(this.#moodOf(pair).kind === 'dumb' ? Buffer.alloc(0) : filter(bytes)),
    );
  }

  async #pump(pair: Pair, from: Socket, to: Socket, look: (bytes: Buffer) => Promise<Buffer>): Promise<void> {
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        const passing = await look(bytes);
        await this.#delay(pair, passing.length);
        if (passing.length > 0 && !to.write(passing)) await once(to, 'drain');
      }
      to.end();
    } catch {
      end(pair); // One side broke; the other learns it the same way.
    }
  }

  async #hear(pair: Pair, bytes: Buffer): Promise<Buffer> {
    if (pair.name === '') {
      pair.name = nameIn(bytes);
      if (this.#moodOf(pair).kind === 'cut') end(pair);
    }
    const hold = this.#holds.get(pair.name);
    if (hold?.marker !== undefined && bytes.includes(hold.marker)) {
      this.#holds.delete(pair.name);
      await new Promise<void>((release) => {
        hold.caught({ release });
      });
    }
    return bytes;
  }

  async #delay(pair: Pair, bytes: number): Promise<void> {
    const mood = this.#moodOf(pair);
    if (mood.kind === 'slow') await pause(mood.latencyMs + (1_000 * bytes) / mood.bytesPerSecond);
    while (this.#moodOf(pair).kind === 'silent' && this.#pairs.has(pair)) await pause(POLL_MS);
  }

  #moodOf({ name }: Pair): Mood {
    return this.#moods.get(name) ?? this.#moodOfAll;
  }
}

function nameIn(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return NAMES.map((name) => name.exec(text)?.[1]).find((name) => name !== undefined) ?? '';
}

function end({ client, server }: Pair): void {
  client.destroy();
  server.destroy();
}

import { createServer, connect, type Server, type Socket } from 'node:net';

/** A client's connection through the link, and the name it gave itself. */
type Pair = { readonly client: Socket; readonly server: Socket; name: string };

/**
 * A wire between services and nats-server that can go dumb for one of them: what it sends still arrives, what it is
 * answered does not. So a relay can be caught after its messages were stored and before it knows.
 */
export class Link {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  readonly #dumb: Set<string>;

  private constructor(server: Server, port: number, pairs: Set<Pair>, dumb: Set<string>) {
    this.#server = server;
    this.port = port;
    this.#pairs = pairs;
    this.#dumb = dumb;
  }

  static open(targetPort: number): Promise<Link> {
    const pairs = new Set<Pair>();
    const dumb = new Set<string>();
    const server = createServer((client) => {
      join({ client, server: connect(targetPort, '127.0.0.1'), name: '' }, pairs, dumb);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('a link listens on a port'));
        else resolve(new Link(server, address.port, pairs, dumb));
      });
    });
  }

  /** From now on `name` hears nothing any more, on the connections it has. */
  makeDumb(name: string): void {
    this.#dumb.add(name);
  }

  makeWell(name: string): void {
    this.#dumb.delete(name);
  }

  close(): Promise<void> {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }
}

const NAME = /"name":"([^"]+)"/;

function join(pair: Pair, pairs: Set<Pair>, dumb: ReadonlySet<string>): void {
  const { client, server } = pair;
  pairs.add(pair);
  const end = () => {
    pairs.delete(pair);
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
  client.on('data', (bytes) => {
    if (pair.name === '') pair.name = NAME.exec(bytes.toString('latin1'))?.[1] ?? '';
    server.write(bytes);
  });
  server.on('data', (bytes) => {
    if (!dumb.has(pair.name)) client.write(bytes);
  });
}

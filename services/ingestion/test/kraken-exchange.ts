import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the exchange behaves towards everybody who asks. */
export type Mood = 'well' | 'unavailable' | 'pages' | 'limited';

const BARS = 720;

/** An exchange on a port of this machine that tells candles of any pair in Kraken's shape, up to the moment of asking. */
export class KrakenExchange {
  mood: Mood = 'well';
  /** How often it was asked, by pair. */
  readonly asked = new Map<string, number>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '/', 'http://exchange');
      const pair = searchParams.get('pair') ?? '';
      this.asked.set(pair, (this.asked.get(pair) ?? 0) + 1);
      switch (this.mood) {
        case 'well': {
          const candles = candlesOf(pair, Number(searchParams.get('interval')), Number(searchParams.get('since')));
          response.setHeader('content-type', 'application/json');
          response.end(
            JSON.stringify({ error: [], result: { [`X${pair}`]: candles, last: candles.at(-2)?.[0] ?? 0 } }),
          );
          return;
        }
        case 'unavailable':
          response.writeHead(503).end('no');
          return;
        case 'pages':
          response.setHeader('content-type', 'text/html');
          response.end('<!doctype html><title>Maintenance</title>');
          return;
        case 'limited':
          response.writeHead(429, { 'retry-after': '1' }).end();
      }
    });
  }

  static async open(): Promise<KrakenExchange> {
    const exchange = new KrakenExchange();
    await new Promise<void>((resolve) => exchange.#server.listen(0, '127.0.0.1', resolve));
    return exchange;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // It listens on a port: an address, not a pipe.
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The newest candles that opened after `since`, with the one that is still open at the end. */
function candlesOf(pair: string, minutes: number, since: number): readonly (readonly (number | string)[])[] {
  const lengthS = minutes * 60;
  const openS = Math.floor(Date.now() / 1_000 / lengthS) * lengthS;
  const base = 100 + (pair.codePointAt(0) ?? 0);
  return Array.from({ length: BARS }, (_, index) => openS - (BARS - 1 - index) * lengthS)
    .filter((at) => at > since)
    .map((at) => {
      const close = base + Math.sin(at / lengthS) * 0.1;
      const text = (price: number): string => price.toFixed(5);
      return [at, text(close), text(close + 0.01), text(close - 0.01), text(close), text(close), '12.5', 42];
    });
}

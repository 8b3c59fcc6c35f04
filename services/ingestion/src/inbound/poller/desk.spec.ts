import { instant } from '@tocsin/domain-kit';
import { defaultCalendars } from '../../domain/calendars/calendars.ts';
import type { BarsAsked, Fetched } from '../../outbound/providers/adapter.ts';
import { Desk, type OpenProvider } from './desk.ts';

const asked = (symbol: string): BarsAsked => ({
  symbol,
  timeframe: '1m',
  calendar: defaultCalendars.of('24x7'),
  from: instant('2026-11-24T10:00:00.000Z'),
  to: instant('2026-11-24T10:01:00.000Z'),
});
const nothing: Fetched = {
  answer: { kind: 'bars', bars: [] },
  providerTime: null,
  requestId: null,
  cost: 1,
  quotaLeft: 9,
};

/** A provider whose answers the test lets go one by one. */
class Held {
  readonly waiting: ((fetched: Fetched) => void)[] = [];
  readonly symbols: string[] = [];
  isReady = true;
  isHalfOpen = false;

  open(): OpenProvider {
    return {
      name: 'held',
      concurrency: 2,
      isReady: () => Promise.resolve(this.isReady),
      isHalfOpen: () => this.isHalfOpen,
      quotaLeft: () => null,
      keySince: null,
      close: () => Promise.resolve(),
      adapter: {
        name: 'held',
        timeframes: new Set(['1m']),
        fetchBars: ({ symbol }) => {
          this.symbols.push(symbol);
          return new Promise((resolve) => this.waiting.push(resolve));
        },
      },
    };
  }
}

/** Lets everything that is ready happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a desk', () => {
  const provider = (): { held: Held; desk: Desk; ended: string[] } => {
    const held = new Held();
    return { held, desk: new Desk(held.open()), ended: [] };
  };
  const ask = (desk: Desk, ended: string[], symbol: string, isWanted = true): void => {
    desk.ask({
      question: () => (isWanted ? asked(symbol) : null),
      onAnswer: () => ended.push(symbol),
      onDropped: () => ended.push(`${symbol} dropped`),
    });
  };

  it('asks in order, so many at a time', async () => {
    const { held, desk, ended } = provider();
    for (const symbol of ['A', 'B', 'C']) ask(desk, ended, symbol);
    await settled();
    expect(held.symbols).toEqual(['A', 'B']);
    held.waiting[0]?.(nothing);
    await settled();
    expect(held.symbols).toEqual(['A', 'B', 'C']);
    expect(ended).toEqual(['A']);
    await desk.close();
  });

  it('lets one call try a provider that is on trial', async () => {
    const { held, desk, ended } = provider();
    held.isHalfOpen = true;
    for (const symbol of ['A', 'B']) ask(desk, ended, symbol);
    await settled();
    expect(held.symbols).toEqual(['A']);
    await desk.close();
  });

  it('asks nobody who may not be asked, and drops what waits when it closes', async () => {
    const { held, desk, ended } = provider();
    held.isReady = false;
    ask(desk, ended, 'A');
    await settled();
    expect(held.symbols).toEqual([]);
    await desk.close();
    expect(ended).toEqual(['A dropped']);
  });

  it('does not ask what does not matter any more, and meters what it asked', async () => {
    const { held, desk, ended } = provider();
    ask(desk, ended, 'A', false);
    ask(desk, ended, 'B');
    await settled();
    held.waiting[0]?.({ ...nothing, answer: { kind: 'garbage', body: '<html>' } });
    await settled();
    expect(ended).toEqual(['A dropped', 'B']);
    expect(desk.takeUsage()).toEqual({ requests: 1, errors: 1, quotaLeft: 9 });
    expect(desk.takeUsage()).toEqual({ requests: 0, errors: 0, quotaLeft: 9 });
    await desk.close();
  });
});

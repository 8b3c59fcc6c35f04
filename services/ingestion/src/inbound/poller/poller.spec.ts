import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '@tocsin/domain-kit';
import type { FactListener, Observation } from '@tocsin/event-log';
import { calendars, decider, definition, tuesday, watched } from '../../../test/feed-words.ts';
import { FEED, feedEntity } from '../../feed.entity.ts';
import type { Answer } from '../../outbound/providers/provider.ts';
import { Reach } from '../watching/reach.ts';
import { Desk } from './desk.ts';
import { Poller } from './poller.ts';

const GIVE_UP_AFTER_MS = 5_000;

async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`it never came to it that ${what}`);
    await pause(5);
  }
}

/** A poller over one feed that is GREEN, with a provider that has nothing to tell, and a clock that the test sets. */
class Ground {
  now: Instant = tuesday('10:10:00');
  readings = 0;
  asked = 0;
  turns = 0;
  /** What the terminal was told. */
  readonly lines: string[] = [];
  answer: Answer = { kind: 'bars', bars: [] };
  listener: FactListener | null = null;
  readonly poller: Poller;

  constructor() {
    const state = watched.reduce(decider.evolve, decider.initialState());
    const desk = new Desk({
      name: definition.provider,
      concurrency: 4,
      isReady: () => Promise.resolve(true),
      isHalfOpen: () => false,
      quotaLeft: () => null,
      keySince: null,
      close: () => Promise.resolve(),
      adapter: {
        name: definition.provider,
        timeframes: new Set(['15m']),
        fetchBars: () => {
          this.asked += 1;
          const { answer } = this;
          return Promise.resolve({ answer, providerTime: null, requestId: null, cost: 1, quotaLeft: null });
        },
      },
    });
    this.poller = new Poller({
      eventLog: {
        tenure: 1,
        perform: (observations: readonly Observation[]) =>
          Promise.resolve(observations.map(() => ({ facts: [], refusal: null }))),
        sql: {
          query: (_text, [type] = []) => {
            this.readings += 1;
            const rows = type === FEED ? [{ key: definition.pair, state, version: 1 }] : [];
            return Promise.resolve(JSON.parse(JSON.stringify({ rows, rowCount: rows.length })));
          },
        },
        listenToFacts: (listener) => {
          this.listener = listener;
          listener.onTakenUp();
        },
      },
      entity: feedEntity(calendars),
      calendars,
      configured: () => null,
      desks: { of: () => desk, open: [desk], close: () => desk.close() },
      checkCalendars: () => [],
      reach: new Reach((line) => this.lines.push(line)),
      tell: (line) => this.lines.push(line),
      wallNow: () => this.now,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      beat: () => (this.turns += 1),
    });
  }
}

describe('a poller', () => {
  it('asks once for what is due, also after the log was taken up anew', async () => {
    const ground = new Ground();
    ground.poller.onApplicationBootstrap();
    await until('the feeds are known', () => ground.readings === 2);
    ground.listener?.onTakenUp();
    await until('they are read again', () => ground.readings === 4);
    expect(ground.asked).toBe(0);

    ground.now = tuesday('10:15:02');
    await until('the bar is asked for', () => ground.asked > 0);
    const { turns } = ground;
    await until('two more turns have passed', () => ground.turns > turns + 2);
    expect(ground.asked).toBe(1);
    await ground.poller.onModuleDestroy();
  });

  it('shows once that a provider cannot be reached, and that it answers again', async () => {
    const ground = new Ground();
    const failure = { failureSource: 'network_error', errorCode: 'NETWORK_ERROR', retryAfterMs: null } as const;
    ground.answer = { kind: 'failure', failure: { ...failure, message: 'kraken: the connection failed (ENOTFOUND)' } };
    ground.poller.onApplicationBootstrap();
    ground.now = tuesday('10:15:02');
    await until('the bar is asked for', () => ground.asked > 0);
    await until('the terminal is told', () => ground.lines.length > 0);
    ground.now = tuesday('10:15:12');
    await until('the bar is asked for again', () => ground.asked > 1);
    ground.answer = { kind: 'bars', bars: [] };
    ground.now = tuesday('10:15:30');
    await until('the terminal is told again', () => ground.lines.length > 1);
    expect(ground.lines).toEqual([
      expect.stringMatching(/^simulated cannot be reached: .*ENOTFOUND.* next at 10:15:\d\d UTC\.$/),
      'simulated answers again.',
    ]);
    await ground.poller.onModuleDestroy();
  });
});

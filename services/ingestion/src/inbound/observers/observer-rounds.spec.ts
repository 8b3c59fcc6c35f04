import { setTimeout as pause } from 'node:timers/promises';
import type { MacroObserved } from '@tocsin/contracts';
import { decimal, instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { MemoryLog } from '../../../test/memory-log.ts';
import type { ObservedValue } from '../../domain/series/series.ts';
import type { Known, Observed, Observer } from '../../outbound/observers/observer.ts';
import { Reach } from '../watching/reach.ts';
import { ObserverRounds } from './observer-rounds.ts';

const GIVE_UP_AFTER_MS = 10_000;
const EVERY_MS = 3_600_000;

async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`it never came to it that ${what}`);
    await pause(2);
  }
}

const valueOn = (day: number): ObservedValue => ({
  observedOn: plusMs(instant('2020-01-01T00:00:00.000Z'), day * 86_400_000).slice(0, 10),
  value: decimal(String(day)),
  vintageOn: '2026-11-06',
});
const seen = (key: string, values: readonly ObservedValue[], at: Instant): Observed => ({
  kind: 'seen',
  unreadable: 0,
  sights: [{ key, command: { type: 'ObserveMacro', data: { series: key, provider: 'fred', name: 'X', values, at } } }],
});
const failure = (retryAfterMs: number | null = null, isRefused = false): Observed => ({
  kind: 'failure',
  message: 'fred answered 503',
  retryAfterMs,
  isRefused,
  isUnreached: false,
});
const UNREACHED: Observed = {
  kind: 'failure',
  message: 'fred: the connection failed (ENOTFOUND)',
  retryAfterMs: null,
  isRefused: false,
  isUnreached: true,
};

const CLOSED = { state: 'closed', answered: 0, failed: 0, openMs: 0 } as const;
const OPEN = { state: 'open', answered: 1, failed: 3, openMs: 60_000 } as const;

/** An observer that answers by a script, and then goes on with its last answer. */
class Scripted implements Observer {
  readonly provider: string;
  readonly keys: readonly string[];
  readonly looks: { readonly at: Instant; readonly known: Known }[] = [];
  readonly #answers: ((at: Instant) => Observed | Promise<Observed>)[];

  constructor(key: string, ...answers: ((at: Instant) => Observed | Promise<Observed>)[]) {
    this.provider = key.split('-')[0] ?? key;
    this.keys = [key];
    this.#answers = answers;
  }

  async observe(known: Known, at: Instant): Promise<Observed> {
    this.looks.push({ at, known });
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === undefined) throw new Error('there is a script');
    return answer(at);
  }
}

describe('rounds of observers', () => {
  /** A clock that is set by the test: rounds are hours apart. */
  let now: Instant;
  let log: MemoryLog;
  let beats: number;
  let lines: unknown[];
  let shown: string[];
  let rounds: ObserverRounds | null;
  /** Requests that were ever sent to any provider. */
  let sent: number;
  beforeEach(() => {
    now = instant('2026-11-24T10:00:00.000Z');
    log = new MemoryLog();
    beats = 0;
    lines = [];
    shown = [];
    rounds = null;
    sent = 0;
  });
  afterEach(() => rounds?.onModuleDestroy());

  const open = (...observers: readonly Observer[]) => ({
    rounds: observers.map((observer) => ({ observer, everyMs: EVERY_MS })),
    providers: [...new Set(observers.map(({ provider }) => provider))].map((name) => ({
      name,
      keySince: null,
      sent: () => sent,
      quotaLeft: () => 90,
    })),
    forget: () => {
      for (const { provider } of observers) rounds?.onCallsChange(provider, CLOSED);
    },
    close: () => Promise.resolve(),
  });
  function start(...observers: readonly Observer[]): ObserverRounds {
    const note = (fields: object, line: string): void => void lines.push({ ...fields, line });
    const eventLog = {
      get tenure() {
        return log.tenure;
      },
      perform: log.perform.bind(log),
      sql: log.sql,
      now: () => now,
    };
    rounds = new ObserverRounds({
      eventLog,
      observers: open(...observers),
      reach: new Reach((line) => shown.push(line)),
      log: { info: note, warn: note, error: note },
      beat: () => (beats += 1),
      turnMs: 2,
    });
    rounds.onApplicationBootstrap();
    return rounds;
  }
  const told = (): readonly unknown[] =>
    log.kept
      .map(({ event }) => event)
      .filter((event): event is MacroObserved => event.type === 'MacroObserved')
      .map(({ data }) => data.value);
  /** Lets so much time pass that the loop has turned. */
  async function later(ms: number): Promise<void> {
    now = plusMs(now, ms);
    const beatsBefore = beats;
    await until(() => beats >= beatsBefore + 2, 'the loop turned');
  }

  it('tell what is seen at once and then in its own time, each thing once', async () => {
    const observer = new Scripted(
      'fred-X',
      (at) => seen('fred-X', [valueOn(1)], at),
      (at) => seen('fred-X', [valueOn(1), valueOn(2)], at),
    );
    start(observer);
    await until(() => told().length === 1, 'the first value was told');
    await later(EVERY_MS - 1);
    expect(observer.looks).toHaveLength(1);
    await later(1);
    await until(() => told().length === 2, 'the second value was told');
    expect(told()).toEqual(['1', '2']);
    expect(observer.looks[0]?.known.get('fred-X')).toBeUndefined();
    expect(observer.looks[1]?.known.get('fred-X')).toMatchObject({ kind: 'macro', toldVintageOn: '2026-11-06' });
  });

  it('go on where the log stands, whoever looks', async () => {
    const first = start(new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at)));
    await until(() => told().length === 1, 'the value was told');
    await first.onModuleDestroy();
    const observer = new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at));
    now = plusMs(now, 1);
    start(observer);
    await until(() => observer.looks.length === 1, 'somebody looked');
    expect(observer.looks[0]?.known.get('fred-X')).toMatchObject({ kind: 'macro' });
    await later(1);
    expect(told()).toEqual(['1']);
  });

  it('look at nothing while another instance works, and at everything when this one does again', async () => {
    log.tenure = null;
    const observer = new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at));
    start(observer);
    await later(EVERY_MS);
    expect(observer.looks).toEqual([]);
    log.tenure = 7;
    await until(() => told().length === 1, 'the value was told');
    log.tenure = 8;
    await until(() => observer.looks.length === 2, 'it was looked at in the new tenure');
  });

  it('never tell what was seen in a tenure that is over', async () => {
    let answer: (observed: Observed) => void = () => undefined;
    const slow = new Promise<Observed>((resolve) => (answer = resolve));
    const observer = new Scripted(
      'fred-X',
      () => slow,
      () => failure(),
    );
    start(observer);
    await until(() => observer.looks.length === 1, 'it was asked');
    log.tenure = null;
    await later(1);
    answer(seen('fred-X', [valueOn(1)], now));
    await later(1);
    expect(told()).toEqual([]);
  });

  it.each([
    ['longer each time', [failure(), failure(), failure()], [10_000, 20_000, 40_000]],
    ['as long as the provider asks for', [failure(600_000), failure(5)], [600_000, 20_000]],
    ['a quarter of an hour when it is refused', [failure(null, true)], [900_000]],
  ] as const)('wait after a failure: %s', async (_, failures, waitsMs) => {
    const observer = new Scripted('fred-X', ...failures.map((each) => () => each), (at) =>
      seen('fred-X', [valueOn(1)], at),
    );
    start(observer);
    let looks = 1;
    for (const waitMs of waitsMs) {
      await until(() => observer.looks.length === looks && lines.length === looks, 'it failed');
      await later(waitMs - 1);
      expect(observer.looks).toHaveLength(looks);
      now = plusMs(now, 1);
      looks += 1;
    }
    await until(() => told().length === 1, 'it was seen at last');
    expect(lines.at(-1)).toMatchObject({ line: 'the world is seen again' });
  });

  it('show once that a provider cannot be reached, and that it answers again', async () => {
    const observer = new Scripted(
      'fred-X',
      () => UNREACHED,
      () => UNREACHED,
      (at) => seen('fred-X', [valueOn(1)], at),
    );
    start(observer);
    for (const looks of [1, 2]) {
      await until(() => lines.length === looks, 'it failed');
      now = plusMs(now, 20_000);
    }
    await until(() => told().length === 1, 'it was seen at last');
    expect(shown).toEqual([
      'fred cannot be reached: the connection failed (ENOTFOUND). It is asked again and again, next at 10:00:10 UTC.',
      'fred answers again.',
    ]);
  });

  it('look again when what was seen could not be told, and tell it once', async () => {
    log.failures.push('before-commit', 'after-commit');
    const observer = new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at));
    start(observer);
    for (const looks of [1, 2]) {
      await until(() => lines.length === looks, 'it could not be told');
      now = plusMs(now, 20_000);
    }
    await until(() => observer.looks.length === 3, 'it was looked at again');
    await later(1);
    expect(told()).toEqual(['1']);
  });

  it('bring a long history in steps of five hundred, in the order in which it goes on', async () => {
    const values = Array.from({ length: 1_201 }, (_, day) => valueOn(day));
    start(new Scripted('fred-X', (at) => seen('fred-X', [...values].reverse(), at)));
    await until(() => told().length === values.length, 'all of it was told');
    expect(told()).toEqual(values.map(({ value }) => value));
  });

  it('do not let a provider that is slow hold up the others', async () => {
    const slow = new Scripted('newsapi-x', () => new Promise<Observed>(() => undefined));
    const behind = new Scripted('newsapi-y', () => failure());
    start(slow, behind, new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at)));
    await until(() => told().length === 1, 'the other was told');
    await later(EVERY_MS);
    expect([slow.looks.length, behind.looks.length]).toEqual([1, 0]);
  });

  it('stop at once, whatever a provider is still asked, and tell nothing afterwards', async () => {
    let answer: (observed: Observed) => void = () => undefined;
    const asked = new Promise<Observed>((resolve) => (answer = resolve));
    const observer = new Scripted('fred-X', () => asked);
    const running = start(observer);
    await until(() => observer.looks.length === 1, 'it was asked');
    await running.onModuleDestroy();
    answer(seen('fred-X', [valueOn(1)], now));
    await asked;
    await new Promise(setImmediate); // Whoever waited for the answer has had its turn.
    expect(told()).toEqual([]);
  });

  it('look at what another configuration wants, and no more at what it does not', async () => {
    const before = new Scripted('fred-X', (at) => seen('fred-X', [valueOn(1)], at));
    const running = start(before);
    await until(() => told().length === 1, 'the value was told');
    await running.replace(open(new Scripted('fred-Y', (at) => seen('fred-Y', [valueOn(2)], at))));
    await until(() => told().length === 2, 'the other was told');
    await later(EVERY_MS);
    expect(before.looks).toHaveLength(1);
  });

  const toldOfProviders = () => log.kept.map(({ event }) => event).filter(({ type }) => type.startsWith('Provider'));

  it('tell every minute how a provider was used, and nothing of one that was not', async () => {
    const observer = new Scripted(
      'fred-X',
      () => {
        sent += 3;
        return failure();
      },
      (at) => {
        sent += 2;
        return seen('fred-X', [valueOn(1)], at);
      },
      () => failure(), // Held back by our own limits: nothing is sent.
    );
    start(observer);
    await until(() => lines.length === 1, 'the first look failed');
    await later(10_000);
    await until(() => told().length === 1, 'the second saw');
    await later(50_000);
    await until(() => toldOfProviders().length === 1, 'it was told');
    const from = instant('2026-11-24T10:00:00.000Z');
    expect(toldOfProviders()).toEqual([
      {
        type: 'ProviderMetered',
        data: {
          provider: 'fred',
          ...{ requests: 5, errors: 1, quotaLeft: 90, keySince: null },
          fromAt: from,
          at: plusMs(from, 60_000),
        },
      },
    ]);
    await later(EVERY_MS);
    await until(() => observer.looks.length === 3, 'it was looked at again');
    await later(60_000);
    expect(toldOfProviders()).toHaveLength(1);
  });

  it('tell that a provider is left alone and called again, and that it is with another configuration', async () => {
    const running = start(new Scripted('fred-X', () => failure()));
    await until(() => lines.length === 1, 'it was asked');
    running.onCallsChange('fred', OPEN);
    await until(() => toldOfProviders().length === 1, 'it was told');
    await running.replace(open(new Scripted('newsapi-y', () => failure())));
    await until(() => toldOfProviders().length === 2, 'it was told');
    expect(toldOfProviders()).toEqual([
      {
        type: 'ProviderTripped',
        data: { provider: 'fred', answered: 1, failed: 3, probesAt: plusMs(now, 60_000), at: now },
      },
      { type: 'ProviderRestored', data: { provider: 'fred', at: now } },
    ]);
  });

  it('tell nothing of providers while another instance works', async () => {
    log.tenure = null;
    const running = start(new Scripted('fred-X', () => failure()));
    running.onCallsChange('fred', OPEN);
    await later(60_000);
    expect(log.kept).toEqual([]);
  });

  it('never tell what was seen of something that is watched no more', async () => {
    let answer: (observed: Observed) => void = () => undefined;
    const slow = new Promise<Observed>((resolve) => (answer = resolve));
    const before = new Scripted('fred-X', () => slow);
    const running = start(before);
    await until(() => before.looks.length === 1, 'it was asked');
    const replaced = running.replace(open(new Scripted('newsapi-y', () => failure())));
    await until(() => lines.length === 1, 'the other was asked');
    answer(seen('fred-X', [valueOn(1)], now));
    await replaced;
    expect(told()).toEqual([]);
  });
});

import type { ServiceName } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import type { BeatListener, Observation } from '@tocsin/event-log';
import { UNTROUBLED, type ServiceRecord } from '../domain/health.ts';
import { PresenceWatch, type WatchedLog } from './presence.watch.ts';

const START = instant('2026-03-02T09:30:00.000Z');

/** A log that keeps what it is told, and a clock that a test moves. */
class Evening {
  nowMs = 1_000_000;
  isHolder = true;
  readonly records = new Map<string, ServiceRecord>();
  readonly performed: Observation[] = [];
  readonly watch: PresenceWatch;
  #listener: BeatListener | null = null;

  constructor(...expected: readonly ServiceName[]) {
    const log: WatchedLog = {
      listenToBeats: (listener) => {
        this.#listener = listener;
      },
      isHolder: () => this.isHolder,
      now: () => this.#wall(),
      sql: {
        query: <Row extends object>() => {
          const rows = [...this.records].map(([service, record]) => ({ service, record }));
          return Promise.resolve({ rows: rows as object[] as Row[], rowCount: rows.length });
        },
      },
      perform: (observations) => {
        this.performed.push(...observations);
        return Promise.resolve([]);
      },
    };
    this.watch = new PresenceWatch(log, new Set(expected), {
      monotonicMs: () => this.nowMs,
      wallMs: () => Date.parse(this.#wall()),
    });
    this.watch.start();
  }

  beat(service: string, halted: string | null = null): void {
    this.#listener?.onBeat({ service, instance: `${service}-0`, at: this.#wall(), halted });
  }

  reconnect(): void {
    this.#listener?.onReconnected();
  }

  /** Lets seconds pass, with a look in each, and returns what was reported in them. */
  async pass(seconds: number): Promise<readonly string[]> {
    const before = this.performed.length;
    for (let second = 0; second < seconds; second += 1) {
      this.nowMs += 1_000;
      await this.watch.look();
    }
    return this.performed.slice(before).flatMap(({ intentions }) => intentions.map(named));
  }

  #wall() {
    return plusMs(START, this.nowMs - 1_000_000);
  }
}

const named = ({ key, command: { type, data } }: Observation['intentions'][number]): string =>
  `${type} ${key} ${(data as { level?: string }).level ?? ''}`.trim();

describe('the silence watch', () => {
  it('gives everyone 45 s from its own start, and reports a dead service well within a minute', async () => {
    const evening = new Evening('analysis');
    expect(await evening.pass(44)).toEqual([]);
    expect(await evening.pass(1)).toEqual(['ReportSilence analysis ERROR', 'ObserveHealth service-analysis ERROR']);
  });

  it('reports a service that stops beating, and again when it is silent for three minutes', async () => {
    const evening = new Evening('analysis');
    await evening.pass(60 - 45);
    evening.beat('analysis');
    expect(await evening.pass(44)).toEqual([]);
    expect(await evening.pass(1)).toEqual(['ReportSilence analysis ERROR', 'ObserveHealth service-analysis ERROR']);
    evening.records.set('analysis', { ...UNTROUBLED, level: 'ERROR', silent: 'ERROR' });
    expect(await evening.pass(134)).toEqual([]);
    expect(await evening.pass(1)).toEqual([
      'ReportSilence analysis CRITICAL',
      'ObserveHealth service-analysis CRITICAL',
    ]);
  });

  it('says both in one step, with ids that do not change when it is brought again', async () => {
    const evening = new Evening('analysis');
    await evening.pass(46);
    await evening.pass(15);
    const [first, again] = evening.performed;
    expect(evening.performed).toHaveLength(2);
    expect(first?.intentions).toHaveLength(2);
    expect(again?.causeId).toBe(first?.causeId);
  });

  it('does not repeat what the log has taken', async () => {
    const evening = new Evening('analysis');
    await evening.pass(45);
    evening.records.set('analysis', { ...UNTROUBLED, level: 'ERROR', silent: 'ERROR' });
    expect(await evening.pass(60)).toEqual([]);
  });

  it('reports a service that is heard again', async () => {
    const evening = new Evening('analysis');
    evening.records.set('analysis', { ...UNTROUBLED, level: 'CRITICAL', silent: 'CRITICAL' });
    expect(await evening.pass(5)).toEqual([]);
    evening.beat('analysis');
    expect(await evening.pass(1)).toEqual(['ReportReturn analysis', 'ObserveHealth service-analysis INFO']);
  });

  it('reports a lane that stands still at once, although its service beats', async () => {
    const evening = new Evening('analysis');
    evening.beat('analysis', 'LOG_ANALYSIS stands still.');
    expect(await evening.pass(1)).toEqual([
      'ReportSilence analysis CRITICAL',
      'ObserveHealth service-analysis CRITICAL',
    ]);
  });

  it('gives everyone a fresh start after it was cut off', async () => {
    const evening = new Evening('analysis');
    await evening.pass(40);
    evening.reconnect();
    expect(await evening.pass(44)).toEqual([]);
    expect(await evening.pass(1)).toHaveLength(2);
  });

  it('gives everyone a fresh start after it was asleep itself', async () => {
    const evening = new Evening('analysis');
    await evening.pass(5);
    evening.nowMs += 300_000;
    expect(await evening.pass(45)).toEqual([]);
    expect(await evening.pass(1)).toHaveLength(2);
  });

  it('lets a service that nobody expects come and go', async () => {
    const evening = new Evening('analysis');
    evening.beat('notification');
    evening.beat('analysis');
    expect(await evening.pass(40)).toEqual([]);
    evening.beat('analysis');
    expect(await evening.pass(40)).toEqual([]);
    evening.beat('notification', 'LOG_NOTIFICATION stands still.');
    expect(await evening.pass(1)).toHaveLength(2);
  });

  it('does not listen to strangers', async () => {
    const evening = new Evening();
    evening.beat('somebody', 'stands still');
    expect(await evening.pass(1)).toEqual([]);
  });

  it('stays quiet while another instance does the work', async () => {
    const evening = new Evening('analysis');
    evening.isHolder = false;
    expect(await evening.pass(60)).toEqual([]);
  });
});

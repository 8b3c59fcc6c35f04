import { isServiceName, type ServiceName } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import type { EventLog, Heartbeat } from '@tocsin/event-log';
import { SILENT_ERROR_MS, UNTROUBLED, vitalsOf, withBeat, type Pulse } from '../domain/health.ts';
import { reportOn } from './service-report.ts';
import { readServiceRecords } from './service-record.model.ts';
import { readTermsInForce } from './terms.model.ts';

/** What the watch needs of the log. */
export type WatchedLog = Pick<EventLog, 'listenToBeats' | 'isHolder' | 'now' | 'sql' | 'perform'>;

/** The clocks of this process: one that never jumps, to measure silence, and the one that people read. */
interface Clocks {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

/** A watch that did not look for so long was asleep itself, and has missed beats that were there. */
const ASLEEP_MS = 10_000;

/** The same report is not brought again sooner, where the log did not take it the first time. */
const REPEAT_REPORT_MS = 15_000;

/**
 * Keeps the last beat of every service in memory, outside of any step, and compares them with what the log knows. It
 * speaks only through the log, in one step for each service: that a service is silent or back, and what that makes of
 * its episode. Because it compares instead of remembering what it said, it may die and start again at any moment.
 */
export class PresenceWatch {
  readonly #log: WatchedLog;
  readonly #expected: ReadonlySet<ServiceName>;
  readonly #clocks: Clocks;
  readonly #pulses = new Map<ServiceName, Pulse>();
  readonly #reported = new Map<ServiceName, { readonly causeId: string; readonly atMs: number }>();
  #listeningSinceMs = 0;
  #listeningSince: Instant = instant(0);
  #lookedAtMs = 0;

  constructor(log: WatchedLog, expected: ReadonlySet<ServiceName>, clocks: Clocks) {
    this.#log = log;
    this.#expected = expected;
    this.#clocks = clocks;
  }

  /** Begins to listen. Everyone has a fresh start now, and after every time that this process was deaf. */
  start(): void {
    this.#startAfresh();
    this.#log.listenToBeats({
      onBeat: (beat) => {
        this.#hear(beat);
      },
      onReconnected: () => {
        this.#startAfresh();
      },
    });
  }

  /** Looks once at all services, and says what has changed. */
  async look(): Promise<void> {
    const nowMs = this.#clocks.monotonicMs();
    if (nowMs - this.#lookedAtMs > ASLEEP_MS) this.#startAfresh();
    this.#lookedAtMs = nowMs;
    if (!this.#log.isHolder()) return;
    const records = await readServiceRecords(this.#log.sql);
    const terms = await readTermsInForce(this.#log.sql);
    const known = [...records.keys()].filter(isServiceName);
    for (const service of new Set([...this.#expected, ...this.#pulses.keys(), ...known])) {
      const pulse = this.#pulses.get(service) ?? null;
      const vitals = vitalsOf(pulse, this.#listeningSinceMs, nowMs);
      const isAwayByRight = !this.#expected.has(service) && 'silentMs' in vitals && vitals.silentMs >= SILENT_ERROR_MS;
      if (vitals.status === 'untold' || isAwayByRight) continue;
      const record = records.get(service) ?? UNTROUBLED;
      const report = reportOn({
        service,
        vitals,
        record,
        terms,
        now: this.#log.now(),
        listeningSince: this.#listeningSince,
      });
      if (report === null || this.#wasJustReported(service, report.causeId, nowMs)) continue;
      this.#reported.set(service, { causeId: report.causeId, atMs: nowMs });
      await this.#log.perform([report]);
    }
  }

  #hear(beat: Heartbeat): void {
    const { service } = beat;
    if (!isServiceName(service)) return;
    this.#pulses.set(service, withBeat(this.#pulses.get(service) ?? null, beat, this.#clocks.monotonicMs()));
  }

  #wasJustReported(service: ServiceName, causeId: string, nowMs: number): boolean {
    const reported = this.#reported.get(service);
    return reported?.causeId === causeId && nowMs - reported.atMs < REPEAT_REPORT_MS;
  }

  #startAfresh(): void {
    this.#listeningSinceMs = this.#clocks.monotonicMs();
    this.#listeningSince = instant(this.#clocks.wallMs());
    this.#lookedAtMs = this.#listeningSinceMs;
  }
}

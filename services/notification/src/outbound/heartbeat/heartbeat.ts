import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { EventLog, EventLogHealth } from '@tocsin/event-log';
import type { Caller } from '@tocsin/outbound';
import { doubtOf } from '../../domain/wellness.ts';

export interface HeartbeatParts {
  readonly eventLog: Pick<EventLog, 'isOpen' | 'health' | 'listenToBeats'>;
  /** Who watches, and where; null where nobody does. */
  readonly watcher: { readonly caller: Caller; readonly url: string } | null;
  readonly everyMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number;
  readonly log: { warn(facts: object, message: string): void };
}

/**
 * Tells a watcher outside, once in a while, that people would be told if anything happened. It is the watcher that alarms,
 * when it hears nothing: nobody can say of himself that he is dead.
 */
export class DeadManHeartbeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #parts: HeartbeatParts;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> = Promise.resolve();
  #escalation: { readonly atMs: number; readonly halted: string | null } | null = null;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  onApplicationBootstrap(): void {
    const { watcher, eventLog, nowMs, everyMs } = this.#parts;
    if (watcher === null) return;
    eventLog.listenToBeats({
      onBeat: ({ service, halted }) => {
        if (service === 'escalation') this.#escalation = { atMs: nowMs(), halted };
      },
      // What was missed says nothing: whoever lives beats again before it counts as silent.
      onReconnected: () => {
        this.#escalation &&= { ...this.#escalation, atMs: nowMs() };
      },
    });
    this.#timer = setInterval(() => {
      this.#beating = this.beat();
    }, everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#beating;
    await this.#parts.watcher?.caller.close();
  }

  /** Tells the watcher, unless there is a doubt. Never rejects: the next beat is the retry. */
  async beat(): Promise<void> {
    const { watcher, log } = this.#parts;
    if (watcher === null) return;
    const doubt = this.#doubt();
    if (doubt !== null) {
      log.warn({ doubt }, 'the watcher is not told that all is well');
      return;
    }
    try {
      await watcher.caller.post(watcher.url, { service: 'notification', status: 'well' });
    } catch (error) {
      log.warn({ err: error }, 'the watcher could not be told that all is well');
    }
  }

  #doubt(): string | null {
    const { eventLog, nowMs } = this.#parts;
    if (!eventLog.isOpen) return 'the log is not open';
    const health = eventLog.health();
    const known = this.#escalation;
    return doubtOf({
      isHolder: health.isHolder,
      obstacles: standstillsIn(health),
      escalationSilentMs: known === null ? null : nowMs() - known.atMs,
      escalationHalted: known?.halted ?? null,
    });
  }
}

/** Why nothing is heard or said. What is parked is no reason: the rest goes on, and people are told of it. */
function standstillsIn({ relay, consumer }: EventLogHealth): readonly string[] {
  const lanes = consumer.lanes.flatMap(({ lane, halt, trouble }) => {
    const because = halt?.because ?? trouble;
    return because === null ? [] : [`lane ${lane}: ${because}`];
  });
  const own = [relay.halt?.because ?? relay.waitingFor, consumer.waitingFor];
  return [...own.filter((because) => because !== null), ...lanes];
}

import type { NatsConnection } from '@nats-io/transport-node';
import type { ServiceName } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import type { Log } from './log.ts';

/** What a service says while it lives. Not a fact: nobody replays a pulse. */
export type Heartbeat = {
  readonly service: string;
  readonly instance: string;
  readonly at: Instant;
  /** Why its own lane or one that it hears stands still; a service that cannot speak or hear is not well. */
  readonly halted: string | null;
};

/** Who wants to know of beats. After `onReconnected` nobody may be called silent for what was missed meanwhile. */
export type BeatListener = { readonly onBeat: (beat: Heartbeat) => void; readonly onReconnected: () => void };

export const BEAT_EVERY_MS = 5_000;

const subjectOf = (service: ServiceName): string => `hb.service.${service}`;

/** Beats for a service and lets others listen. */
export class Heart {
  readonly #nats: NatsConnection;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;

  constructor(nats: NatsConnection, log: Log) {
    this.#nats = nats;
    this.#log = log;
  }

  /** Beats every 5 s where this instance is the one that works. */
  start(
    service: ServiceName,
    instance: string,
    read: () => { readonly isHolder: boolean; readonly halted: string | null },
  ): void {
    const beat = () => {
      const { isHolder, halted } = read();
      if (!isHolder) return;
      const heartbeat: Heartbeat = { service, instance, at: instant(Date.now()), halted };
      this.#nats.publish(subjectOf(service), JSON.stringify(heartbeat));
    };
    this.#timer = setInterval(beat, BEAT_EVERY_MS);
    beat();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  listen({ onBeat, onReconnected }: BeatListener): void {
    this.#nats.subscribe('hb.service.*', {
      callback: (error, message) => {
        if (error) this.#log.warn({ err: error }, 'heartbeats cannot be heard');
        else onBeat(message.json<Heartbeat>());
      },
    });
    void this.#followConnection(onReconnected);
  }

  async #followConnection(onReconnected: () => void): Promise<void> {
    for await (const { type } of this.#nats.status()) if (type === 'reconnect') onReconnected();
  }
}

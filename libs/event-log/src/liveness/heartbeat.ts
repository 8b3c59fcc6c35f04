import type { Msg, NatsConnection } from '@nats-io/transport-node';
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

/**
 * Who wants to know of agents' beats: `body` is what the agent said, as JSON, or null when it was none. An agent is
 * somebody else's program, so whoever hears it reads it as such.
 */
export type AgentBeatListener = {
  readonly onBeat: (agentId: string, body: unknown) => void;
  readonly onReconnected: () => void;
};

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
    this.#subscribe('hb.service.*', (message) => {
      onBeat(message.json<Heartbeat>());
    });
    void this.#followConnection(onReconnected);
  }

  listenToAgents({ onBeat, onReconnected }: AgentBeatListener): void {
    this.#subscribe('hb.agent.*', (message) => {
      onBeat(message.subject.slice('hb.agent.'.length), jsonOrNull(message));
    });
    void this.#followConnection(onReconnected);
  }

  #subscribe(subject: string, onMessage: (message: Msg) => void): void {
    this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error) this.#log.warn({ err: error }, 'heartbeats cannot be heard');
        else onMessage(message);
      },
    });
  }

  async #followConnection(onReconnected: () => void): Promise<void> {
    for await (const { type } of this.#nats.status()) if (type === 'reconnect') onReconnected();
  }
}

function jsonOrNull(message: Msg): unknown {
  try {
    return message.json<unknown>();
  } catch {
    return null; // No JSON is no beat; the listener says so.
  }
}

import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { NumberedEntry } from '../journal/journal.ts';

/** Why publishing stopped; the relay aligns and goes on from where the stream really is. */
export type Disturbance = { readonly because: string };

export type PublisherOptions = {
  readonly nats: NatsConnection;
  readonly laneId: string;
  /** Published and not yet acknowledged, at most. */
  readonly windowMax: number;
  /** Without an acknowledgement for this long, the publisher asks to be aligned. */
  readonly silenceMs: number;
  readonly monotonicMs: () => number;
};

type Acknowledgement = {
  readonly seq?: number;
  readonly error?: { readonly description?: string; readonly err_code?: number };
};

/**
 * Publishes numbered entries in order, many at a time. Every message names the sequence it expects before it, so the
 * stream itself refuses doubles and disorder; an acknowledgement counts only when its sequence is the position.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #early = new Set<number>();
  #sent = 0;
  #acknowledged = 0;
  #progressAt: number;
  #disturbance: Disturbance | null = null;
  #wake: () => void = () => undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#progressAt = options.monotonicMs();
    // One wildcard inbox for all acknowledgements is several times cheaper than one subscription per publish.
    this.#subscription = options.nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error) this.#disturb(`acknowledgements cannot be read: ${error.message}`);
        else this.#onAcknowledgement(message);
      },
    });
  }

  /** The last position up to which everything is acknowledged: the only number worth recording. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The position to publish next. */
  get next(): number {
    return this.#sent + 1;
  }

  /** How many entries may be published now. */
  get room(): number {
    return this.#disturbance === null ? this.#options.windowMax - (this.#sent - this.#acknowledged) : 0;
  }

  get inFlight(): number {
    return this.#sent - this.#acknowledged;
  }

  /** Set when the stream did not answer as expected, or not at all. */
  get disturbance(): Disturbance | null {
    const { silenceMs, monotonicMs } = this.#options;
    if (this.#disturbance === null && this.inFlight > 0 && monotonicMs() - this.#progressAt > silenceMs)
      this.#disturb(`no acknowledgement for ${silenceMs} ms`);
    return this.#disturbance;
  }

  /** Calls `wake` whenever acknowledgements arrive. */
  onProgress(wake: () => void): void {
    this.#wake = wake;
  }

  /** Starts over after `position`, which the stream is known to hold. */
  resumeAfter(position: number): void {
    this.#sent = position;
    this.#acknowledged = position;
    this.#early.clear();
    this.#disturbance = null;
    this.#progressAt = this.#options.monotonicMs();
  }

  publish(entries: readonly NumberedEntry[]): void {
    const { nats, laneId, monotonicMs } = this.#options;
    if (this.inFlight === 0) this.#progressAt = monotonicMs();
    for (const { position, chain, eventId, subject, traceparent, body } of entries) {
      const head = headers();
      // The server looks for duplicates before it looks at the fence, so the id must be the position's own.
      head.set('Nats-Msg-Id', `${laneId}:${position}`);
      head.set('Nats-Expected-Last-Sequence', String(position - 1));
      head.set('Tocsin-Chain', chain.toString('hex'));
      head.set('Content-Type', 'application/cloudevents+json');
      head.set('ce-id', eventId);
      head.set('traceparent', traceparent);
      nats.publish(subject, body, { headers: head, reply: `${this.#inbox}.${position}` });
      this.#sent = position;
    }
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #onAcknowledgement(message: Msg): void {
    const position = Number(message.subject.slice(this.#inbox.length + 1));
    // Answers to what was sent before the last alignment say nothing about now.
    if (position <= this.#acknowledged || position > this.#sent) return;
    const answer = readAcknowledgement(message);
    if (answer.seq !== position) {
      this.#disturb(answer.error?.description ?? `position ${position} was acknowledged as ${answer.seq ?? 'nothing'}`);
      return;
    }
    this.#progressAt = this.#options.monotonicMs();
    this.#early.add(position);
    while (this.#early.delete(this.#acknowledged + 1)) this.#acknowledged += 1;
    this.#wake();
  }

  #disturb(because: string): void {
    this.#disturbance ??= { because };
    this.#wake();
  }
}

function readAcknowledgement(message: Msg): Acknowledgement {
  if (message.data.length === 0) return { error: { description: 'no stream took the message' } };
  return message.json<Acknowledgement>();
}

import type { NumberedEntry } from '../journal/journal.ts';
import type { PublishAnswer, PublishLine, Streams } from '../stream/streams.ts';
import { stampOf } from './stamp.ts';

/** Why publishing stopped; the relay aligns and goes on from where the stream really is. */
export type Disturbance = { readonly because: string };

export type PublisherOptions = {
  readonly streams: Pick<Streams, 'openPublishLine'>;
  readonly laneId: string;
  /** Published and not yet acknowledged, at most. */
  readonly windowMax: number;
  /**
   * When nothing is acknowledged next in order for this long, the publisher asks to be aligned. One acknowledgement that
   * is lost on the way is enough: later ones count only behind it.
   */
  readonly silenceMs: number;
  readonly monotonicMs: () => number;
};

/** Acknowledgements come in order: one that is missing for this long, while later ones are there, will not come. */
const GAP_MS = 200;

/**
 * Publishes numbered entries in order, many at a time. Every message names the sequence it expects before it, so the
 * stream itself refuses doubles and disorder; an acknowledgement counts only when its sequence is the position.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #line: PublishLine;
  readonly #early = new Set<number>();
  #sent = 0;
  #acknowledged = 0;
  #progressAt: number;
  #disturbance: Disturbance | null = null;
  #wake: () => void = () => undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#progressAt = options.monotonicMs();
    this.#line = options.streams.openPublishLine((answer) => {
      this.#onAnswer(answer);
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
    const standsMs = this.inFlight > 0 ? monotonicMs() - this.#progressAt : 0;
    if (standsMs > silenceMs) this.#disturb(`no acknowledgement for ${silenceMs} ms`);
    else if (standsMs > GAP_MS && this.#early.size > 0)
      this.#disturb(`the acknowledgement of position ${this.#acknowledged + 1} is missing`);
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
    const { laneId, monotonicMs } = this.#options;
    if (this.inFlight === 0) this.#progressAt = monotonicMs();
    for (const entry of entries) {
      const { position, subject, body } = entry;
      this.#line.publish({ position, subject, body, stamp: stampOf(laneId, entry) });
      this.#sent = position;
    }
  }

  close(): void {
    this.#line.close();
  }

  #onAnswer(answer: PublishAnswer): void {
    if (answer.kind === 'unreadable') {
      this.#disturb(`acknowledgements cannot be read: ${answer.because}`);
      return;
    }
    const { position } = answer;
    // Answers to what was sent before the last alignment say nothing about now.
    if (position <= this.#acknowledged || position > this.#sent) return;
    if (answer.kind === 'refused') {
      this.#disturb(answer.because);
      return;
    }
    if (answer.sequence !== position) {
      this.#disturb(`position ${position} was acknowledged as ${answer.sequence}`);
      return;
    }
    this.#early.add(position);
    while (this.#early.delete(this.#acknowledged + 1)) {
      this.#acknowledged += 1;
      this.#progressAt = this.#options.monotonicMs();
    }
    this.#wake();
  }

  #disturb(because: string): void {
    this.#disturbance ??= { because };
    this.#wake();
  }
}

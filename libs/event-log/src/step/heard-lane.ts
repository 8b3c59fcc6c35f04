import { parseSubject, streamOf, type ServiceName } from '@tocsin/contracts';
import type { Halt } from '../lane/alignment.ts';
import { chainNext } from '../lane/chain.ts';
import type { Log } from '../liveness/log.ts';
import type { StoredMessage, StreamReader, Streams } from '../stream/streams.ts';
import type { Checkpoint } from './checkpoint-store.ts';

/** Messages that follow the checkpoint without a gap and carry the chain that they must. */
export type VerifiedBatch = {
  readonly messages: readonly StoredMessage[];
  readonly end: Omit<Checkpoint, 'heardTime'>;
};

export type HeardLaneOptions = {
  readonly service: ServiceName;
  readonly streams: Streams;
  readonly log: Log;
  readonly monotonicMs: () => number;
  readonly onArrival: () => void;
};

/** A halted lane is looked at again this often: after a repair it goes on by itself. */
const RECHECK_MS = 5_000;

/** Where the log has more and nothing comes for this long, the next message is asked for by its position. */
const NOTHING_COMES_MS = 5_000;

/** One lane as a consumer hears it: read in order, verified against the checkpoint, halted where the log contradicts it. */
export class HeardLane {
  readonly service: ServiceName;
  readonly stream: string;
  readonly #streams: Streams;
  readonly #reader: StreamReader;
  readonly #log: Log;
  readonly #monotonicMs: () => number;
  #checkpoint: Checkpoint;
  #halt: Halt | null = null;
  #recheckAt = 0;
  #isRechecking = false;
  #hasRestartedAtGap = false;
  /** Since when nothing has come although there is more. */
  #quietSince: number;

  constructor({ service, streams, log, monotonicMs, onArrival }: HeardLaneOptions, checkpoint: Checkpoint) {
    this.service = service;
    this.stream = streamOf(service);
    this.#log = log;
    this.#monotonicMs = monotonicMs;
    this.#checkpoint = checkpoint;
    this.#quietSince = monotonicMs();
    this.#streams = streams;
    this.#reader = streams.openReader({ stream: this.stream, onArrival });
    this.#reader.startAfter(checkpoint.position);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Why the lane stands still; kept while it is looked at again, until it really goes on. */
  get halt(): Halt | null {
    return this.#halt;
  }

  get head(): number | null {
    return this.#reader.head;
  }

  get trouble(): string | null {
    const { head } = this.#reader;
    if (head !== null && head < this.#checkpoint.position)
      return `the log of ${this.stream} ends at ${head}, before position ${this.#checkpoint.position}, which was heard`;
    return this.#reader.trouble;
  }

  get isBehind(): boolean {
    const { head } = this.#reader;
    return head === null || head > this.#checkpoint.position || this.trouble !== null;
  }

  get hasMessages(): boolean {
    return (this.#halt === null || this.#isRechecking) && this.#reader.buffered > 0;
  }

  async tend(): Promise<void> {
    if (this.#halt !== null && this.#monotonicMs() >= this.#recheckAt) {
      this.#recheckAt = this.#monotonicMs() + RECHECK_MS;
      this.#isRechecking = true;
      this.#reader.startAfter(this.#checkpoint.position);
    }
    await this.#reader.tend();
    await this.#lookWhereNothingComes();
  }

  /**
   * A message that its server cannot read any more is counted and never delivered, and the server says nothing of it. So
   * it is asked for: where there is none, the lane stands still; where there is one, reading begins anew.
   */
  async #lookWhereNothingComes(): Promise<void> {
    const now = this.#monotonicMs();
    const { head, buffered, trouble } = this.#reader;
    const { position } = this.#checkpoint;
    const isQuiet = this.#halt === null && trouble === null && buffered === 0 && head !== null && head > position;
    if (!isQuiet) this.#quietSince = now;
    if (now - this.#quietSince < NOTHING_COMES_MS) return;
    this.#quietSince = now;
    const message = await this.#streams.message(this.stream, position + 1);
    if (message !== null) this.#reader.startAfter(position);
    else this.stop({ position: position + 1, because: `position ${position + 1} cannot be read from the log` });
  }

  /** Takes the messages that follow the checkpoint, at most `max`; none while there is nothing sound to take. */
  take(max: number): VerifiedBatch | null {
    const messages: StoredMessage[] = [];
    let { position, chain } = this.#checkpoint;
    for (const message of this.#reader.take(max)) {
      if (message.sequence <= position) {
        if (message.sequence < this.#checkpoint.position || messages.length > 0) continue;
        if (message.chain === chain.toString('hex')) continue;
        this.stop({ position, because: `position ${position} does not carry the chain that was heard there` });
        break;
      }
      if (message.sequence !== position + 1) {
        this.#meetGap(position + 1, message.sequence);
        break;
      }
      const expected = chainNext(chain, message.subject, message.body);
      if (message.chain !== expected.toString('hex')) {
        this.stop({ position: message.sequence, because: `position ${message.sequence} does not follow the chain` });
        break;
      }
      if (parseSubject(message.subject) === null) {
        this.stop({ position: message.sequence, because: `'${message.subject}' is not a subject of this system` });
        break;
      }
      position = message.sequence;
      chain = expected;
      messages.push(message);
    }
    if (messages.length === 0) return null;
    return { messages, end: { position, chain } };
  }

  /** Goes on after what was committed. What comes before a halt may still be committed; that does not end the halt. */
  advance(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#quietSince = this.#monotonicMs();
    this.#hasRestartedAtGap = false;
    if (this.#halt !== null && checkpoint.position < this.#halt.position) return;
    this.#halt = null;
    this.#isRechecking = false;
  }

  /** Reads again from the checkpoint, because what was taken was not applied. */
  rewind(): void {
    this.#reader.startAfter(this.#checkpoint.position);
  }

  /** Stands still until somebody has put right what is named. */
  stop({
    position,
    because,
    remedy,
  }: {
    readonly position: number;
    readonly because: string;
    readonly remedy?: string;
  }): void {
    const isNews = this.#halt?.position !== position;
    this.#halt = { position, because, remedy: remedy ?? `tocsin log repair ${this.service}` };
    this.#recheckAt = this.#monotonicMs() + RECHECK_MS;
    this.#isRechecking = false;
    if (isNews) this.#log.error({ lane: this.stream, ...this.#halt }, 'a lane that is heard is halted');
  }

  close(): void {
    this.#reader.close();
  }

  /** A reader may have been started beyond what it asked for; once it is asked again, a second gap is real. */
  #meetGap(expected: number, actual: number): void {
    if (this.#hasRestartedAtGap) {
      this.stop({ position: expected, because: `position ${expected} is missing; ${actual} follows` });
      return;
    }
    this.#hasRestartedAtGap = true;
    this.#reader.startAfter(expected - 1);
  }
}

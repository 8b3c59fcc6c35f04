import { Caller, Cancelled, NoAnswer, type CallerOptions, type CallerStats, type Reach } from '@tocsin/outbound';
import type { DeliveryChannel, Letter } from './channel.ts';

/** How a channel is called, whatever it is. */
export interface Manners {
  readonly id: string;
  /** How long one letter may take. */
  readonly timeoutMs: number;
  readonly rate: NonNullable<CallerOptions['rate']>;
  /** Which addresses it may call. */
  readonly reach: Reach;
}

/** A channel with a target outside: everything about it but what it sends. */
export abstract class CalledChannel implements DeliveryChannel {
  abstract readonly kind: Letter['channelKind'];
  readonly id: string;
  readonly timeoutMs: number;
  protected readonly caller: Caller;

  constructor({ id, timeoutMs, rate, reach }: Manners) {
    this.id = id;
    this.timeoutMs = timeoutMs;
    this.caller = new Caller(id, { timeoutMs, rate, reach });
  }

  abstract send(letter: Letter): Promise<string | null>;

  isReady(): Promise<boolean> {
    return this.caller.isReady();
  }

  stats(): CallerStats {
    return this.caller.stats();
  }

  close(): Promise<void> {
    return this.caller.close();
  }

  /**
   * Lets a letter that takes several calls have no more time than one that takes a single one.
   * @throws {NoAnswer} when it is over; some of the calls may have been answered.
   */
  protected async withinTime<T>(calls: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await calls(AbortSignal.timeout(this.timeoutMs));
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      throw new NoAnswer('timeout', `${this.id}: not all calls were answered within ${this.timeoutMs} ms`, {
        cause: error,
      });
    }
  }
}

import { NoAnswer } from '@tocsin/outbound';

/** A secret as it was read, and until when it is good. */
export type Secret = { readonly text: string; readonly untilMs: number | null };

/** The secrets of one channel, newest first. Some are only good for a while, which makes a rotation. */
export class Secrets {
  readonly #known: readonly Secret[];
  readonly #now: () => number;

  constructor(known: readonly Secret[], now: () => number = Date.now) {
    this.#known = known;
    this.#now = now;
  }

  /** One that is good for ever. */
  static of(text: string): Secrets {
    return new Secrets([{ text, untilMs: null }]);
  }

  static readonly none = new Secrets([]);

  /** Those that are good now. */
  get good(): readonly string[] {
    const nowMs = this.#now();
    return this.#known.filter(({ untilMs }) => untilMs === null || untilMs > nowMs).map(({ text }) => text);
  }

  /**
   * The newest of them.
   * @throws {NoAnswer} where none is good any more: a person can mend that, so the letter waits.
   */
  newestOf(channelId: string): string {
    const [newest] = this.good;
    if (newest === undefined) throw new NoAnswer('unreachable', `the secrets of the channel '${channelId}' are over`);
    return newest;
  }
}

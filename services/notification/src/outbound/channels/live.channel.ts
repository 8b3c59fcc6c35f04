import type { CallerStats } from '@tocsin/outbound';
import type { DeliveryChannel, Letter } from './channel.ts';

/** A channel that stays the same for whoever sends on it, while what is behind it is changed. */
export class LiveChannel implements DeliveryChannel {
  #behind: DeliveryChannel;
  readonly #sending = new Map<DeliveryChannel, Set<Promise<unknown>>>();

  constructor(behind: DeliveryChannel) {
    this.#behind = behind;
  }

  get id(): string {
    return this.#behind.id;
  }

  get kind(): Letter['channelKind'] {
    return this.#behind.kind;
  }

  get timeoutMs(): number {
    return this.#behind.timeoutMs;
  }

  async send(letter: Letter): Promise<string | null> {
    const behind = this.#behind;
    const sends = this.#sending.get(behind) ?? new Set();
    const sending = behind.send(letter);
    this.#sending.set(behind, sends.add(sending));
    try {
      return await sending;
    } finally {
      sends.delete(sending);
    }
  }

  isReady(): Promise<boolean> {
    return this.#behind.isReady?.() ?? Promise.resolve(true);
  }

  stats(): CallerStats | undefined {
    return this.#behind.stats?.();
  }

  /** Later sends go by `next`; what was behind is closed when its sends are over. */
  async replace(next: DeliveryChannel): Promise<void> {
    const before = this.#behind;
    this.#behind = next;
    await this.#closeWhenDone(before);
  }

  close(): Promise<void> {
    return this.#closeWhenDone(this.#behind);
  }

  async #closeWhenDone(channel: DeliveryChannel): Promise<void> {
    await Promise.allSettled([...(this.#sending.get(channel) ?? [])]);
    this.#sending.delete(channel);
    await channel.close?.();
  }
}

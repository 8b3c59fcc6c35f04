type Placed = { readonly position: number };

/** A place in something that is read once, in batches, in the order of positions. */
export class Cursor<Entry extends Placed> {
  readonly #batches: AsyncIterator<readonly Entry[]>;
  #batch: readonly Entry[] = [];
  #index = 0;
  #isEnded = false;

  constructor(batches: AsyncIterable<readonly Entry[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Goes forward to the first entry at or after `position`; null when there is none. It never goes back. */
  async seek(position: number): Promise<Entry | null> {
    for (;;) {
      let entry = this.#batch[this.#index];
      while (entry !== undefined && entry.position < position) {
        this.#index += 1;
        entry = this.#batch[this.#index];
      }
      if (entry !== undefined) return entry;
      if (this.#isEnded) return null;
      const next = await this.#batches.next();
      this.#batch = next.done === true ? [] : next.value;
      this.#index = 0;
      this.#isEnded = next.done === true;
    }
  }

  /** The entry at `position` exactly, else null. */
  async at(position: number): Promise<Entry | null> {
    const entry = await this.seek(position);
    return entry?.position === position ? entry : null;
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    this.#batch = [];
    await this.#batches.return?.();
  }
}

/** Gathers what comes one by one, because a wait for each is what makes reading slow. */
export async function* inBatches<Entry>(entries: AsyncIterable<Entry>, size: number): AsyncGenerator<readonly Entry[]> {
  let batch: Entry[] = [];
  for await (const entry of entries) {
    batch.push(entry);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

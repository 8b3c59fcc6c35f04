import type { WallClock } from '../src/liveness/wall-clock.ts';

type Due = { readonly at: number; readonly order: number; call: (() => void) | null };

/** Lets every promise that can go on go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Time that passes only from one event to the next: an hour takes as long as what happens in it. */
export class VirtualTime implements WallClock {
  readonly #heap: Due[] = [];
  #nowMs = 0;
  #order = 0;

  readonly monotonicMs = (): number => this.#nowMs;
  readonly wallMs = (): number => this.#nowMs;

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    this.#order += 1;
    const due: Due = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order, call };
    this.#push(due);
    return () => {
      due.call = null;
    };
  };

  /** Lets things happen until `untilMs` or until `isOver`; `afterEach` is called after every single event. */
  async run(untilMs: number, afterEach: () => void, isOver: () => boolean = () => false): Promise<void> {
    await settled();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > untilMs) break;
      this.#pop();
      if (next.call === null) continue;
      this.#nowMs = next.at;
      next.call();
      await settled();
      afterEach();
      if (isOver()) return;
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    for (;;) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (index === 0 || parent === undefined || !isBefore(due, parent)) break;
      heap[index] = parent;
      heap[above] = due;
      index = above;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      const smaller =
        right !== undefined && left !== undefined && isBefore(right, left) ? 2 * index + 2 : 2 * index + 1;
      const child = heap[smaller];
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      heap[smaller] = last;
      index = smaller;
    }
  }
}

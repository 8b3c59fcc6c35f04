import type { Instant } from '@tocsin/domain-kit';
import TinyQueue from 'tinyqueue';

type Entry<Thing> = { readonly at: Instant; readonly thing: Thing; readonly place: number; readonly edition: number };

/** Which of many things is next, each with at most one moment; ties go by the order in which the things first came. */
export class DueQueue<Thing extends object> {
  readonly #queue = new TinyQueue<Entry<Thing>>([], (one, other) =>
    one.at === other.at ? one.place - other.place : one.at < other.at ? -1 : 1,
  );
  /** The edition of a thing's entry that counts; older ones are left in the queue until they come up. */
  readonly #known = new Map<Thing, { readonly place: number; edition: number; at: Instant | null }>();

  /** Sets, moves or (with null) takes away the moment of a thing. */
  put(thing: Thing, at: Instant | null): void {
    const known = this.#known.get(thing) ?? { place: this.#known.size, edition: 0, at: null };
    this.#known.set(thing, known);
    if (known.at === at) return;
    known.at = at;
    known.edition += 1;
    if (at !== null) this.#queue.push({ at, thing, place: known.place, edition: known.edition });
  }

  /** The first moment of any thing; null when there is none. */
  get firstAt(): Instant | null {
    return this.#first()?.at ?? null;
  }

  /** Takes out all things whose moment is `at` or earlier, earliest first. */
  takeAt(at: Instant): readonly Thing[] {
    const taken: Thing[] = [];
    for (let entry = this.#first(); entry !== null && entry.at <= at; entry = this.#first()) {
      this.#queue.pop();
      this.put(entry.thing, null);
      taken.push(entry.thing);
    }
    return taken;
  }

  #first(): Entry<Thing> | null {
    for (;;) {
      const entry = this.#queue.peek();
      if (entry === undefined) return null;
      const known = this.#known.get(entry.thing);
      if (known?.edition === entry.edition && known.at !== null) return entry;
      this.#queue.pop();
    }
  }
}

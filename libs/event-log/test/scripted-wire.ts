import { CONNECTION_LOST, ServerFault } from '../src/twin/memory-session.ts';
import { directWire, type Wire } from '../src/twin/wire.ts';

const SERIALIZATION_FAILURE = '40001';

/**
 * `lost` never arrives, of `unanswered` only the answer is lost, `conflict` is PostgreSQL's, `broken` is a defect that
 * trying again does not mend, `held` waits to be let go.
 */
type Fate = 'lost' | 'unanswered' | 'conflict' | 'broken' | 'held';

/** A wire on which nothing takes time, and on which the next call of a name meets the fate that the test has chosen. */
export class ScriptedWire implements Wire {
  readonly #fates = new Map<string, { readonly fate: Fate; times: number }>();
  readonly #held = new Map<string, () => void>();
  #isDead = false;

  /** The next calls of this name, such as `COMMIT`, meet this fate. */
  next(what: string, fate: Fate, times = 1): void {
    this.#fates.set(what, { fate, times });
  }

  /** How many calls of this name have still to meet their fate. */
  left(what: string): number {
    return this.#fates.get(what)?.times ?? 0;
  }

  isHolding(what: string): boolean {
    return this.#held.has(what);
  }

  /** Lets the answer that was held arrive. */
  letGo(what: string): void {
    this.#held.get(what)?.();
    this.#held.delete(what);
  }

  /** kill -9 of the process at this end: it hears nothing more. */
  die(): void {
    this.#isDead = true;
  }

  async call<Result>(what: string, effect: () => Result | Promise<Result>): Promise<Result> {
    const fate = this.#fateOf(what);
    if (this.#isOver()) return this.#never();
    if (fate === 'conflict') throw new ServerFault(SERIALIZATION_FAILURE, 'could not serialize access');
    if (fate === 'broken') throw new TypeError(`${what} cannot be done`);
    if (fate === 'lost') throw new ServerFault(CONNECTION_LOST, `connection lost before ${what}`);
    const result = await effect();
    if (fate === 'unanswered') throw new ServerFault(CONNECTION_LOST, `connection lost after ${what}`);
    if (fate === 'held')
      await new Promise<void>((resolve) => {
        this.#held.set(what, resolve);
      });
    return this.#isOver() ? this.#never() : result;
  }

  send(effect: () => void): void {
    if (!this.#isDead) directWire.send(effect);
  }

  push(kind: 'message' | 'acknowledgement', deliver: () => void): void {
    directWire.push(kind, () => {
      if (!this.#isDead) deliver();
    });
  }

  #fateOf(what: string): Fate | null {
    const chosen = this.#fates.get(what);
    if (chosen === undefined) return null;
    chosen.times -= 1;
    if (chosen.times === 0) this.#fates.delete(what);
    return chosen.fate;
  }

  #isOver(): boolean {
    return this.#isDead;
  }

  #never(): Promise<never> {
    return new Promise(() => undefined);
  }
}

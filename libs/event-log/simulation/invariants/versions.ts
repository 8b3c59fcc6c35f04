import { ownerKeyOf } from '@tocsin/contracts';
import { holds, type Ledger } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** The versions of an entity are 1 to n, in the order of its lane. */
export class Versions implements Invariant {
  readonly name = 'the versions of an entity are 1 to n';
  readonly #ledger: Ledger;
  readonly #versions = new Map<string, number>();
  #checked = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  check(): void {
    const { given } = this.#ledger;
    for (; this.#checked < given.length; this.#checked += 1) {
      const entry = given[this.#checked];
      if (entry === undefined) return;
      const { owner, key } = ownerKeyOf(entry.event);
      const before = this.#versions.get(`${owner}/${key}`) ?? 0;
      const { entityVersion } = entry.event;
      holds(entityVersion === before + 1, `${owner}/${key} goes from version ${before} to ${entityVersion}`);
      this.#versions.set(`${owner}/${key}`, entityVersion);
    }
  }
}

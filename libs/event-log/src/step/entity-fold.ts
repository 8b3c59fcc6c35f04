import { ownerKeyOf, type AnyEvent, type EventName, type Recorded } from '@tocsin/contracts';
import type { EntityRow } from './entity-store.ts';
import type { AnyEntityType } from './entity-type.ts';

/** The runtime's remarks about an entity count as its versions; its decider does not know them. */
const REMARKS: ReadonlySet<EventName> = new Set(['DeadlinePassed', 'CommandHandled', 'EventParked', 'EventRedriven']);

/** Folds the facts of a service's own lane, in their order, into the entities that said them. */
export class EntityFold {
  readonly #types: ReadonlyMap<string, AnyEntityType>;
  readonly #entities = new Map<string, EntityRow>();
  /** Where the versions of an entity do not follow each other, in words. */
  readonly findings: string[] = [];

  constructor(types: readonly AnyEntityType[]) {
    this.#types = new Map(types.map((type) => [type.type, type]));
  }

  /** In the order in which they were first spoken of. */
  get entities(): readonly EntityRow[] {
    return [...this.#entities.values()];
  }

  take(event: Recorded<AnyEvent>): void {
    const { owner: type, key } = ownerKeyOf(event);
    const entityType = this.#types.get(type);
    if (entityType === undefined) return;
    const id = `${type}/${key}`;
    const { decider } = entityType;
    const { version, state } = this.#entities.get(id) ?? { version: 0, state: decider.initialState() };
    const { entityVersion, position } = event;
    if (entityVersion !== version + 1)
      this.findings.push(`${id} goes from version ${version} to ${entityVersion} at position ${position}`);
    const after = REMARKS.has(event.type) ? state : decider.evolve(state, event);
    this.#entities.set(id, { type, key, version: entityVersion, state: after });
  }
}

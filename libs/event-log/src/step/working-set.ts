import { assert, ContractViolation, type Instant, type Message } from '@tocsin/domain-kit';
import type { AnyEntityType } from './entity-type.ts';
import type { EntityId, EntityRow, TimerRow } from './entity-store.ts';

/** The largest state of an entity that does not say otherwise; anything longer is a local model with a table of its own. */
export const STATE_BYTES_MAX = 4_096;

/** An entity as it stands in the middle of a step. */
export type WorkingEntity = {
  readonly entityType: AnyEntityType | null;
  readonly type: string;
  readonly key: string;
  version: number;
  state: unknown;
  json: string;
  isChanged: boolean;
  readonly timers: Map<string, { readonly dueAt: Instant; readonly fired: boolean }>;
  readonly storedTimers: ReadonlyMap<string, { readonly dueAt: Instant; readonly fired: boolean }>;
};

const idOf = (type: string, key: string): string => `${type}/${key}`;

/** The entities of one step, and the deadlines among them. Nothing leaves it before the step commits. */
export class WorkingSet {
  readonly #entities = new Map<string, WorkingEntity>();
  readonly #types: ReadonlyMap<string, AnyEntityType>;

  constructor(types: ReadonlyMap<string, AnyEntityType>) {
    this.#types = types;
  }

  has({ type, key }: EntityId): boolean {
    return this.#entities.has(idOf(type, key));
  }

  /** Takes in what was loaded; `ids` without a row start at their initial state. */
  admit(ids: readonly EntityId[], rows: readonly EntityRow[], timers: readonly TimerRow[]): void {
    const rowOf = new Map(rows.map((row) => [idOf(row.type, row.key), row]));
    const timersOf = groupTimers(timers);
    for (const { type, key } of ids) {
      const id = idOf(type, key);
      if (this.#entities.has(id)) continue;
      const entityType = this.#types.get(type) ?? null;
      const row = rowOf.get(id);
      const stored = timersOf.get(id) ?? new Map<string, { dueAt: Instant; fired: boolean }>();
      const state = row === undefined ? (entityType?.decider.initialState() ?? null) : row.state;
      this.#entities.set(id, {
        entityType,
        type,
        key,
        version: row?.version ?? 0,
        state,
        json: JSON.stringify(state),
        isChanged: false,
        timers: new Map(stored),
        storedTimers: stored,
      });
    }
  }

  get(type: string, key: string): WorkingEntity {
    const entity = this.#entities.get(idOf(type, key));
    assert(entity !== undefined, `entity ${type}/${key} was loaded before it decides`);
    return entity;
  }

  /**
   * Remembers `event` and moves the entity's deadlines.
   */
  evolve(entity: WorkingEntity, event: Message): void {
    assert(entity.entityType !== null, `entity ${entity.type}/${entity.key} has a decider`);
    entity.state = entity.entityType.decider.evolve(entity.state, event);
    entity.isChanged = true;
  }

  /** Has an entity written as it stands, although nothing was decided. */
  restate(entity: WorkingEntity): void {
    entity.isChanged = true;
    this.settle(entity);
  }

  /** Fixes the state's stored form and its deadlines once all events of a decision were remembered. */
  settle(entity: WorkingEntity): void {
    const json = JSON.stringify(entity.state);
    const bytes = Buffer.byteLength(json);
    const bytesMax = entity.entityType?.stateBytesMax ?? STATE_BYTES_MAX;
    if (bytes > bytesMax)
      throw new ContractViolation(
        `state of ${entity.type}/${entity.key} has ${bytes} bytes; an entity keeps ${bytesMax}`,
      );
    entity.json = json;
    const wanted = entity.entityType?.deadlines?.(entity.state, entity.key) ?? [];
    const names = new Set(wanted.map(({ name }) => name));
    for (const name of [...entity.timers.keys()]) if (!names.has(name)) entity.timers.delete(name);
    for (const { name, at } of wanted)
      if (entity.timers.get(name)?.dueAt !== at) entity.timers.set(name, { dueAt: at, fired: false });
  }

  /** The earliest deadline at or before `horizon` of an entity that `mayFire`; ties by type, key and name. */
  nextDue(
    horizon: Instant,
    mayFire: (entity: WorkingEntity) => boolean,
  ): { entity: WorkingEntity; name: string; dueAt: Instant } | null {
    let next: { entity: WorkingEntity; name: string; dueAt: Instant; order: string } | null = null;
    for (const entity of this.#entities.values())
      for (const [name, { dueAt, fired }] of entity.timers) {
        if (fired || dueAt > horizon) continue;
        const order = `${dueAt} ${entity.type}/${entity.key}/${name}`;
        if ((next === null || order < next.order) && mayFire(entity)) next = { entity, name, dueAt, order };
      }
    return next;
  }

  markFired(entity: WorkingEntity, name: string, dueAt: Instant): void {
    entity.timers.set(name, { dueAt, fired: true });
    entity.isChanged = true;
  }

  get changed(): readonly WorkingEntity[] {
    return [...this.#entities.values()].filter(({ isChanged }) => isChanged);
  }

  /** Takes a copy of an entity, to go back to when a decision fails half-way. */
  snapshot(entity: WorkingEntity): () => void {
    const { version, state, json, isChanged } = entity;
    const timers = new Map(entity.timers);
    return () => {
      Object.assign(entity, { version, state, json, isChanged });
      entity.timers.clear();
      for (const [name, timer] of timers) entity.timers.set(name, timer);
    };
  }
}

function groupTimers(timers: readonly TimerRow[]): Map<string, Map<string, { dueAt: Instant; fired: boolean }>> {
  const grouped = new Map<string, Map<string, { dueAt: Instant; fired: boolean }>>();
  for (const { type, key, name, dueAt, fired } of timers) {
    const id = idOf(type, key);
    const ofEntity = grouped.get(id) ?? new Map<string, { dueAt: Instant; fired: boolean }>();
    grouped.set(id, ofEntity.set(name, { dueAt, fired }));
  }
  return grouped;
}

/** What must be written so that the stored deadlines of these entities are theirs. */
export function timerChanges(changed: readonly WorkingEntity[]) {
  const timersSet = changed.flatMap(({ type, key, timers, storedTimers }) =>
    [...timers]
      .filter(
        ([name, { dueAt, fired }]) =>
          storedTimers.get(name)?.dueAt !== dueAt || storedTimers.get(name)?.fired !== fired,
      )
      .map(([name, { dueAt, fired }]) => ({ type, key, name, dueAt, fired })),
  );
  const timersCancelled = changed.flatMap(({ type, key, timers, storedTimers }) =>
    [...storedTimers.keys()].filter((name) => !timers.has(name)).map((name) => ({ type, key, name })),
  );
  return { timersSet, timersCancelled };
}

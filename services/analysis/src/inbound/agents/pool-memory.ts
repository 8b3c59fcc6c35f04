import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { FactListener, Sql } from '@tocsin/event-log';
import { evolvePool } from '../../domain/agents/pool.memory.ts';
import { EMPTY_POOL, POOL, type Pool, type PoolEvent } from '../../domain/agents/pool.ts';
import { pool } from '../../pool.entity.ts';

/**
 * The pool as the entity is, kept up by what this instance commits. It forgets when the log is taken up anew, and is
 * read again; facts that come while it is being read are told apart by the entity's version.
 */
export class PoolMemory implements FactListener {
  readonly #onChange: () => void;
  #known: { readonly pool: Pool; readonly version: number } | null = null;
  #meanwhile: Recorded<PoolEvent>[] = [];
  #forgotten = 0;

  /** `onChange` is called after the pool has become another; it must not wait. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The pool; null when it has to be read first. */
  get pool(): Pool | null {
    return this.#known?.pool ?? null;
  }

  readonly onTakenUp = (): void => {
    this.#known = null;
    this.#meanwhile = [];
    this.#forgotten += 1;
  };

  readonly onSaid = (facts: readonly Recorded<AnyEvent>[]): void => {
    const own = facts.filter(isAboutPool);
    if (own.length === 0) return;
    if (this.#known === null) this.#meanwhile.push(...own);
    else this.#take(own);
    this.#onChange();
  };

  /** Reads the pool, unless it is forgotten again meanwhile. */
  async read(sql: Sql): Promise<void> {
    const before = this.#forgotten;
    const { rows } = await sql.query<{ state: Pool; version: number }>(
      'SELECT state, version FROM entity WHERE type = $1 AND key = $2',
      [pool.type, POOL],
    );
    if (this.#forgotten !== before) return;
    const [row] = rows;
    this.#known = row === undefined ? { pool: EMPTY_POOL, version: 0 } : { pool: row.state, version: row.version };
    this.#take(this.#meanwhile.splice(0));
    this.#onChange();
  }

  #take(facts: readonly Recorded<PoolEvent>[]): void {
    for (const fact of facts) {
      if (this.#known === null || fact.entityVersion <= this.#known.version) continue;
      this.#known = { pool: evolvePool(this.#known.pool, fact), version: fact.entityVersion };
    }
  }
}

/** Every event of the pool by name; a missing one does not compile. */
const POOL_FACTS: Readonly<Record<PoolEvent['type'], true>> = {
  AgentRegistered: true,
  AgentGranted: true,
  AgentRetired: true,
  AgentLost: true,
  AgentReturned: true,
  AgentTripped: true,
  AgentProbed: true,
  AgentRestored: true,
  TaskQueued: true,
  TaskUnroutable: true,
  TaskLeased: true,
  TaskReleased: true,
  TaskAttemptFailed: true,
  TaskFailed: true,
  TaskCompleted: true,
  ResultIgnored: true,
};

const isAboutPool = (fact: Recorded<AnyEvent>): fact is Recorded<PoolEvent> => Object.hasOwn(POOL_FACTS, fact.type);

import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { isDeterministic } from '../postgres/database.ts';
import { together } from '../postgres/in-flight.ts';
import type { Sql } from '../postgres/sql.ts';
import { ProjectionFault, type StepBody } from '../step/step-body.ts';
import { numberApplied } from './log-index.ts';
import { keyText, type AnyProjection, type Fields, type KeyValue, type Projection } from './projection.ts';
import { admit } from './registry.ts';
import { Table } from './table.ts';

/**
 * Folds a verified batch into the tables of its lane, inside the step's transaction: for each projection one query that
 * loads the rows it touches and one statement that writes them, however many facts the batch holds. All projections of a
 * lane are in the same step, so they never disagree.
 */
export class ProjectionRunner implements StepBody {
  readonly #lanes: ReadonlyMap<ServiceName, readonly Fold[]>;
  /** Lanes whose projections were found registered; what a step registers itself may yet be rolled back. */
  readonly #admitted = new Set<ServiceName>();

  constructor(projections: readonly AnyProjection[]) {
    const lanes = new Map<ServiceName, Fold[]>();
    for (const projection of projections) {
      const fold = new Fold(projection, new Table(projection.row));
      lanes.set(projection.lane, [...(lanes.get(projection.lane) ?? []), fold]);
    }
    this.#lanes = lanes;
  }

  async apply({ sql, lane, batch }: Parameters<StepBody['apply']>[0]): Promise<void> {
    const first = batch.at(0);
    if (!first) return;
    const folds = this.#lanes.get(lane) ?? [];
    if (!this.#admitted.has(lane)) {
      const known = await admit(sql, {
        lane,
        projections: folds.map(({ projection }) => projection),
        position: first.position,
      });
      if (known) this.#admitted.add(lane);
    }
    // Sent together; the head's row, which numbering locks, comes last.
    const writing = await together(folds.map((fold) => fold.fold(sql, batch)));
    await together([...writing.map((write) => write()), numberApplied(sql, batch)]);
  }
}

/** One projection and the table that it fills. */
class Fold {
  readonly #hears: ReadonlySet<string>;

  constructor(
    readonly projection: AnyProjection,
    private readonly table: Table,
  ) {
    this.#hears = new Set(projection.hears);
  }

  /** Loads the rows that the batch touches and folds it into them. Returns how to write them. */
  async fold(sql: Sql, batch: readonly Recorded<AnyEvent>[]): Promise<() => Promise<void>> {
    const heard = batch.filter(({ type }) => this.#hears.has(type)).map((event) => this.#addressed(event));
    const first = heard.at(0);
    if (!first) return () => Promise.resolve();
    const keys = new Map(heard.map(({ text, key }) => [text, key]));
    const before = await this.#blaming(first.event, this.table.load(sql, [...keys.values()]));
    const after = new Map<string, object | null>();
    for (const { event, text } of heard) {
      const row = after.get(text);
      after.set(text, this.#evolve(row === undefined ? (before.get(text) ?? null) : row, event, text));
    }
    const entries = [...after];
    const changes = {
      rows: entries.flatMap(([text, row]) => (row && row !== before.get(text) ? [row] : [])),
      goneKeys: entries.flatMap(([text, row]) => (row === null && before.has(text) ? [keys.get(text) ?? []] : [])),
    };
    return () => this.#blaming(first.event, this.table.write(sql, changes));
  }

  /** What PostgreSQL refuses is exact only to the batch; a batch of one is how the consumer finds the fact. */
  async #blaming<Result>(first: Recorded<AnyEvent>, asked: Promise<Result>): Promise<Result> {
    try {
      return await asked;
    } catch (error) {
      throw isDeterministic(error) ? this.#fault(first, error) : error;
    }
  }

  #addressed(event: Recorded<AnyEvent>): { event: Recorded<AnyEvent>; key: readonly KeyValue[]; text: string } {
    try {
      const key = this.projection.keyOf(event);
      return { event, key: typeof key === 'object' ? key : [key], text: keyText(key) };
    } catch (error) {
      throw this.#fault(event, error);
    }
  }

  #evolve(row: object | null, event: Recorded<AnyEvent>, key: string): object | null {
    try {
      const evolved = this.projection.evolve(row, event);
      if (evolved && evolved !== row) this.table.check(evolved, key);
      return evolved;
    } catch (error) {
      throw this.#fault(event, error);
    }
  }

  #fault(event: Recorded<AnyEvent>, cause: unknown): ProjectionFault {
    return new ProjectionFault(this.projection.name, event.position, { cause });
  }
}

/** Reads every row of a projection's table, in the order of the keys: what is compared to an independent fold. */
export async function projectionRows<Row extends object>(
  sql: Sql,
  { row }: Projection<Row, AnyEvent>,
): Promise<readonly Fields<Row>[]> {
  return (await new Table(row).all(sql)) as Fields<Row>[];
}

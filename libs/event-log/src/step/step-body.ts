import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';

/** What a consumer of read models does with a verified batch, inside the step's transaction. */
export interface StepBody {
  /** @throws {ProjectionFault} when a fact cannot be folded: the consumer halts at its position. */
  apply(step: {
    readonly sql: Sql;
    readonly lane: ServiceName;
    readonly batch: readonly Recorded<AnyEvent>[];
  }): Promise<void>;
}

/** A read model that cannot fold a fact. It halts: a row that misses a fact is silently wrong. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault';
  constructor(
    readonly projection: string,
    readonly position: number,
    options: ErrorOptions,
  ) {
    super(`projection '${projection}' cannot fold position ${position}`, options);
  }
}

import type { ServiceName } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';
import { ProjectionFault } from '../step/step-body.ts';
import type { AnyProjection } from './projection.ts';

/** Where a lane begins: positions are the stream's sequences. */
const FIRST_POSITION = 1;

type Admission = {
  readonly lane: ServiceName;
  readonly projections: readonly AnyProjection[];
  readonly position: number;
};

/**
 * Lets a lane's projections go on only where their tables hold the whole lane, folded by the version that runs now.
 * A projection that is new begins where the lane begins; one that joins later, or folds differently than before, would
 * leave its table silently wrong, so it halts until it is rebuilt.
 * Returns whether all of them were registered already, by a step that has committed.
 *
 * @throws {ProjectionFault} when a table must be rebuilt first.
 */
export async function admit(sql: Sql, { lane, projections, position }: Admission): Promise<boolean> {
  const { rows } = await sql.query<{ name: string; version: number }>(
    'SELECT name, version FROM projection WHERE lane = $1',
    [lane],
  );
  const registered = new Map(rows.map(({ name, version }) => [name, version]));
  const newcomers = projections.filter(({ name }) => !registered.has(name));
  const late = position === FIRST_POSITION ? undefined : newcomers.at(0);
  if (late) throw mustBeRebuilt(late, position, `it is new, and the lane stands at position ${position}`);
  const changed = projections.find(({ name, version }) => registered.has(name) && registered.get(name) !== version);
  if (changed) {
    const why = `its table was folded by version ${registered.get(changed.name) ?? 0}, and this is version ${changed.version}`;
    throw mustBeRebuilt(changed, position, why);
  }
  if (newcomers.length === 0) return true;
  await sql.query(
    `INSERT INTO projection (name, lane, version) SELECT name, $1, version FROM unnest($2::text[], $3::int[]) AS p(name, version)`,
    [lane, newcomers.map(({ name }) => name), newcomers.map(({ version }) => version)],
  );
  return false;
}

const mustBeRebuilt = ({ name }: AnyProjection, position: number, why: string): ProjectionFault =>
  new ProjectionFault(name, position, { cause: new Error(`rebuild '${name}' from the log: ${why}`) });

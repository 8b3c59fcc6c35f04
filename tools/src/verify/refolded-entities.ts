import { isDeepStrictEqual } from 'node:util';
import { type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { EntityFold, type AnyEntityType, type Database } from '@tocsin/event-log';

/** How many entities were folded again, and what did not come out as it is stored. */
export type Refolding = { readonly entities: number; readonly findings: readonly string[] };

/** Folds a service's lane into its entities and compares them with the snapshots that the service keeps. */
export async function refoldEntities(
  database: Database,
  service: ServiceName,
  entityTypes: readonly AnyEntityType[],
  events: readonly Recorded<AnyEvent>[],
): Promise<Refolding> {
  const fold = new EntityFold(entityTypes);
  for (const event of events) fold.take(event);
  const findings = fold.findings.map((finding) => `${service}: ${finding}`);
  const folded = new Map(fold.entities.map((entity) => [`${entity.type}/${entity.key}`, entity]));
  const { rows } = await database.query<{ type: string; key: string; version: number; state: unknown }>(
    'SELECT type, key, version, state FROM entity WHERE type = ANY($1)',
    [entityTypes.map(({ type }) => type)],
  );
  for (const { type, key, version, state } of rows) {
    const again = folded.get(`${type}/${key}`);
    if (again === undefined) findings.push(`${service}: ${type}/${key} is stored and was never said anything about`);
    else if (again.version !== version || !isDeepStrictEqual(asStored(again.state), state))
      findings.push(
        `${service}: ${type}/${key} is stored at version ${version} and folds to something else at ${again.version}`,
      );
    folded.delete(`${type}/${key}`);
  }
  for (const id of folded.keys()) findings.push(`${service}: ${id} was said and is not stored`);
  return { entities: rows.length, findings };
}

const asStored = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

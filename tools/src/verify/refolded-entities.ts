import { isDeepStrictEqual } from 'node:util';
import { ownerKeyOf, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import type { AnyEntityType, Database } from '@tocsin/event-log';

/** How many entities were folded again, and what did not come out as it is stored. */
export type Refolding = { readonly entities: number; readonly findings: readonly string[] };

type Folded = { version: number; state: unknown };

/** Folds a service's lane into its entities and compares them with the snapshots that the service keeps. */
export async function refoldEntities(
  database: Database,
  service: ServiceName,
  entityTypes: readonly AnyEntityType[],
  events: readonly Recorded<AnyEvent>[],
): Promise<Refolding> {
  const types = new Map(entityTypes.map((entityType) => [entityType.type, entityType]));
  const findings: string[] = [];
  const folded = new Map<string, Folded>();
  for (const event of events) {
    const { owner, key } = ownerKeyOf(event);
    const entityType = types.get(owner);
    if (entityType === undefined) continue;
    const id = `${owner}/${key}`;
    const entity = folded.get(id) ?? { version: 0, state: entityType.decider.initialState() };
    folded.set(id, entity);
    if (event.entityVersion !== entity.version + 1)
      findings.push(
        `${service}: ${id} goes from version ${entity.version} to ${event.entityVersion} at position ${event.position}`,
      );
    entity.version = event.entityVersion;
    if (!isRemark(event)) entity.state = entityType.decider.evolve(entity.state, event);
  }
  const { rows } = await database.query<{ type: string; key: string; version: number; state: unknown }>(
    'SELECT type, key, version, state FROM entity WHERE type = ANY($1)',
    [[...types.keys()]],
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

/** The runtime's remarks about an entity count as its versions; its decider does not know them. */
const isRemark = ({ type }: AnyEvent): boolean =>
  ['DeadlinePassed', 'CommandHandled', 'EventParked', 'EventRedriven'].includes(type);

const asStored = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

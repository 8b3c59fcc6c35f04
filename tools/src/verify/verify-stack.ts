import { connect } from '@nats-io/transport-node';
import { entities as analysis } from '@tocsin/analysis/entities';
import type { ServiceName } from '@tocsin/contracts';
import { entities as escalation } from '@tocsin/escalation/entities';
import { Database, type AnyEntityType } from '@tocsin/event-log';
import { entities as ingestion } from '@tocsin/ingestion/entities';
import { entities as notification } from '@tocsin/notification/entities';
import { projections } from '@tocsin/query/projections';
import { compareProjections } from './compared-projections.ts';
import { refoldEntities } from './refolded-entities.ts';
import { readStoredLane, type StoredLane } from './stored-lane.ts';

/** What was compared, and everything that did not agree. */
export type Verification = {
  readonly events: number;
  readonly entities: number;
  readonly rows: number;
  readonly rowsOff: number;
  readonly findings: readonly string[];
  /** The lanes themselves, for whoever has more to ask of them. */
  readonly lanes: readonly StoredLane[];
};

const ENTITIES: Readonly<Record<ServiceName, readonly AnyEntityType[]>> = {
  ingestion,
  analysis,
  risk: [],
  governance: [],
  escalation,
  notification,
  query: [],
};

const SERVICES = Object.keys(ENTITIES) as readonly ServiceName[];

/**
 * Holds a stack whose services have stopped against its own log: every journalled event is in the log once at its
 * position, every entity folds to its snapshot, and every read model equals an independent fold.
 */
export async function verifyStack(natsUrl: string, databaseUrl: string): Promise<Verification> {
  const nats = await connect({ servers: natsUrl, name: 'verify' });
  const open = (schema: ServiceName) =>
    new Database({
      url: databaseUrl,
      schema,
      applicationName: 'verify',
      connectionsMax: 1,
      onIdleError: () => undefined,
    });
  const findings: string[] = [];
  const stored: StoredLane[] = [];
  let entities = 0;
  try {
    for (const service of SERVICES) {
      const database = open(service);
      try {
        const lane = await readStoredLane(nats, database, service);
        stored.push(lane);
        const refolding = await refoldEntities(database, service, ENTITIES[service], lane.events);
        entities += refolding.entities;
        findings.push(...lane.findings, ...refolding.findings);
      } finally {
        await database.close();
      }
    }
    const query = open('query');
    try {
      const lanes = new Map(stored.map(({ service, events }) => [service, events]));
      const { rows, rowsOff, findings: differing } = await compareProjections(query, projections, lanes);
      const events = stored.reduce((sum, lane) => sum + lane.events.length, 0);
      return { events, entities, rows, rowsOff, findings: [...findings, ...differing], lanes: stored };
    } finally {
      await query.close();
    }
  } finally {
    await nats.close();
  }
}

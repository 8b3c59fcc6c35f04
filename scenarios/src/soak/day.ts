import {
  decodeEvent,
  streamOf,
  type AnyEvent,
  type EventName,
  type EventNamed,
  type Recorded,
  type ServiceName,
} from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';

async function reading<Result>(
  databaseUrl: string,
  service: ServiceName,
  read: (database: Database) => Promise<Result>,
): Promise<Result> {
  const onIdleError = (): undefined => undefined;
  const database = new Database({
    url: databaseUrl,
    schema: service,
    applicationName: 'soak',
    connectionsMax: 1,
    onIdleError,
  });
  try {
    return await read(database);
  } finally {
    await database.close();
  }
}

/** Everything that a service has said, in the order of its lane. */
export const factsOf = (databaseUrl: string, service: ServiceName): Promise<readonly Recorded<AnyEvent>[]> =>
  reading(databaseUrl, service, async (database) => {
    const { rows } = await database.query<{ body: Buffer; position: number }>(
      'SELECT body, position FROM journal WHERE position IS NOT NULL ORDER BY position',
    );
    return rows.map(({ body, position }) => decodeEvent(body, { lane: streamOf(service), position }));
  });

/** How far the day has come: its time, and how many feeds have come to their end. */
export const progressOf = (databaseUrl: string): Promise<{ readonly time: string; readonly ended: number }> =>
  reading(databaseUrl, 'ingestion', async (database) => {
    const { rows } = await database.query<{ time: string; ended: number }>(
      `SELECT coalesce(max(state->>'observedAt'), '') AS time,
              count(*) FILTER (WHERE state->>'status' = 'paused')::int AS ended
       FROM entity WHERE type = 'feed'`,
    );
    return rows[0] ?? { time: '', ended: 0 };
  });

/** Those of one name. */
export const named = <Name extends EventName>(
  facts: readonly Recorded<AnyEvent>[],
  name: Name,
): readonly EventNamed<Name>['data'][] =>
  facts
    .filter((fact): fact is Extract<Recorded<AnyEvent>, { type: Name }> => fact.type === name)
    .map(({ data }) => data);

import type { IncidentClosed, IncidentOpened, Recorded } from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';
import { aboutRelease } from './scope.ts';

export type IncidentFact = IncidentOpened | IncidentClosed;

/** The incidents of a release that are open, by their ids. */
export type ReleaseRecord = Readonly<Record<string, Pick<IncidentOpened['data'], 'severity' | 'because'>>>;

/** What is wrong with each release: it is over when the last of its incidents is closed. Keys are scopes. */
export const releaseRecords: LocalModel<ReleaseRecord, IncidentFact> = {
  name: 'release-record',
  hears: ['IncidentOpened', 'IncidentClosed'],
  keyOf: ({ data }) => aboutRelease(data).scope,
  load: loadRecords,
  fold(record = {}, { type, data }: Recorded<IncidentFact>) {
    const { incidentId } = data;
    const others = Object.fromEntries(Object.entries(record).filter(([id]) => id !== incidentId));
    if (type === 'IncidentClosed') return others;
    const { severity, because } = data;
    return { ...others, [incidentId]: { severity, because } };
  },
  save: saveRecords,
};

async function loadRecords(sql: Sql, scopes: readonly string[]): Promise<Map<string, ReleaseRecord>> {
  const { rows } = await sql.query<{ scope: string; incidents: ReleaseRecord }>(
    'SELECT scope, incidents FROM release_record WHERE scope = ANY ($1::text[])',
    [scopes],
  );
  return new Map(rows.map(({ scope, incidents }) => [scope, incidents]));
}

async function saveRecords(sql: Sql, changed: ReadonlyMap<string, ReleaseRecord>): Promise<void> {
  await sql.query(
    `INSERT INTO release_record (scope, incidents) SELECT * FROM unnest($1::text[], $2::jsonb[])
     ON CONFLICT (scope) DO UPDATE SET incidents = excluded.incidents`,
    [[...changed.keys()], [...changed.values()].map((record) => JSON.stringify(record))],
  );
}

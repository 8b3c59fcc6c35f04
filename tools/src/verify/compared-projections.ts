import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { foldProjection, projectionRows, type AnyProjection, type Database } from '@tocsin/event-log';

/** How many rows of read models were compared, and which tables hold something else than the fold of the log. */
export type Comparison = { readonly rows: number; readonly findings: readonly string[] };

/** Folds every projection from the log up to the checkpoint of its lane, and compares it with its table row by row. */
export async function compareProjections(
  query: Database,
  projections: readonly AnyProjection[],
  lanes: ReadonlyMap<ServiceName, readonly Recorded<AnyEvent>[]>,
): Promise<Comparison> {
  const { rows: checkpoints } = await query.query<{ lane: string; position: number }>(
    'SELECT lane, position FROM checkpoint',
  );
  const positionOf = new Map(checkpoints.map(({ lane, position }) => [lane, position]));
  const findings: string[] = [];
  let rows = 0;
  for (const projection of projections) {
    const events = lanes.get(projection.lane) ?? [];
    const applied = events.slice(0, positionOf.get(`LOG_${projection.lane.toUpperCase()}`) ?? 0);
    const expected = sorted(foldProjection(projection, applied));
    const actual = sorted(await projectionRows(query, projection));
    rows += actual.length;
    const difference = expected.findIndex((row, index) => row !== actual[index]);
    if (difference >= 0 || expected.length !== actual.length)
      findings.push(
        `read model ${projection.name}: ${actual.length} rows are stored, ${expected.length} are folded; ` +
          `the first that differs folds to ${expected[difference] ?? 'nothing'} and is stored as ${actual[difference] ?? 'nothing'}`,
      );
  }
  return { rows, findings };
}

/** Rows as text with every key in one order, so that two tables can be compared whatever order they came in. */
const sorted = (rows: readonly object[]): readonly string[] => rows.map((row) => JSON.stringify(canonical(row))).sort();

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]));
}

import type { AnyEvent, Recorded, ServiceName } from '@tocsin/contracts';
import { foldProjection, projectionRows, type AnyProjection, type Database } from '@tocsin/event-log';

/** How many rows of read models were compared, and which tables hold something else than the fold of the log. */
export type Comparison = {
  readonly rows: number;
  /** Rows that are folded and not stored, and rows that are stored and not folded. */
  readonly rowsOff: number;
  readonly findings: readonly string[];
};

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
  let rowsOff = 0;
  for (const projection of projections) {
    const events = lanes.get(projection.lane) ?? [];
    const heardTo = positionOf.get(`LOG_${projection.lane.toUpperCase()}`) ?? 0;
    const applied = events.filter(({ position }) => position <= heardTo);
    const expected = sorted(foldProjection(projection, applied));
    const actual = sorted(await projectionRows(query, projection));
    rows += actual.length;
    const missing = without(expected, actual);
    const surplus = without(actual, expected);
    rowsOff += missing.length + surplus.length;
    if (missing.length + surplus.length > 0)
      findings.push(
        `read model ${projection.name}: ${actual.length} rows are stored, ${expected.length} are folded; ` +
          `the first that differs folds to ${missing[0] ?? 'nothing'} and is stored as ${surplus[0] ?? 'nothing'}`,
      );
  }
  return { rows, rowsOff, findings };
}

/** What of `rows` is not in `others`; keys are unique, so no row is there twice. */
function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return rows.filter((row) => !known.has(row));
}

/** Rows as text with every key in one order, so that two tables can be compared whatever order they came in. */
const sorted = (rows: readonly object[]): readonly string[] => rows.map((row) => JSON.stringify(canonical(row))).sort();

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]));
}

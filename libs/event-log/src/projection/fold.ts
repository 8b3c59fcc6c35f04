import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { keyText, type Fields, type Projection } from './projection.ts';

/**
 * Folds facts into rows in memory: what the projection's table must hold after them, row by row. It shares no code with
 * the runner, which is what makes it worth comparing to. Rows stand in the order in which their keys were first heard.
 */
export function foldProjection<Row extends object>(
  projection: Projection<Row, AnyEvent>,
  events: Iterable<Recorded<AnyEvent>>,
): Fields<Row>[] {
  const rows = new Map<string, Fields<Row>>();
  for (const event of events) {
    if (!projection.hears.includes(event.type)) continue;
    const key = keyText(projection.keyOf(event));
    const row = projection.evolve(rows.get(key) ?? null, event);
    if (row) rows.set(key, row);
    else rows.delete(key);
  }
  return [...rows.values()];
}

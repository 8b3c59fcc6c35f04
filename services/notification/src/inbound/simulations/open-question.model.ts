import type { SimulationCompleted, SimulationFailed, SimulationRequested } from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';

/** A question that nobody has answered yet, and the fact that asked it; null once somebody has. */
type OpenQuestion = {
  readonly asked: SimulationRequested['data'];
  readonly eventId: string;
  readonly correlationId: string;
} | null;

type Row = { readonly asked: SimulationRequested['data']; readonly event_id: string; readonly correlation_id: string };

/** The questions that wait for an answer: they outlive whoever was looking. */
export const openQuestions: LocalModel<OpenQuestion, SimulationRequested | SimulationCompleted | SimulationFailed> = {
  name: 'open_question',
  hears: ['SimulationRequested', 'SimulationCompleted', 'SimulationFailed'],
  keyOf: ({ data }) => data.simulationId,

  async load(sql, keys) {
    const { rows } = await sql.query<Row & { simulation_id: string }>(
      'SELECT simulation_id, asked, event_id, correlation_id FROM open_question WHERE simulation_id = ANY ($1::text[])',
      [keys],
    );
    return new Map(rows.map((row) => [row.simulation_id, questionOf(row)]));
  },

  fold(_question, event) {
    switch (event.type) {
      case 'SimulationRequested':
        return { asked: event.data, eventId: event.id, correlationId: event.correlationId };
      case 'SimulationCompleted':
      case 'SimulationFailed':
        return null;
    }
  },

  async save(sql, changed) {
    const open = [...changed].flatMap(([id, question]) => (question === null ? [] : [{ id, ...question }]));
    await sql.query('DELETE FROM open_question WHERE simulation_id = ANY ($1::text[])', [[...changed.keys()]]);
    if (open.length === 0) return;
    await sql.query(
      `INSERT INTO open_question (simulation_id, asked, event_id, correlation_id)
       SELECT * FROM unnest($1::text[], $2::jsonb[], $3::text[], $4::text[])`,
      [
        open.map(({ id }) => id),
        open.map(({ asked }) => JSON.stringify(asked)),
        open.map(({ eventId }) => eventId),
        open.map(({ correlationId }) => correlationId),
      ],
    );
  },
};

/** The question that has waited longest; null when none does. */
export async function readOldestQuestion(sql: Sql): Promise<NonNullable<OpenQuestion> | null> {
  const { rows } = await sql.query<Row>(
    'SELECT asked, event_id, correlation_id FROM open_question ORDER BY place LIMIT 1',
  );
  const [row] = rows;
  return row === undefined ? null : questionOf(row);
}

const questionOf = ({ asked, event_id: eventId, correlation_id: correlationId }: Row) => ({
  asked,
  eventId,
  correlationId,
});

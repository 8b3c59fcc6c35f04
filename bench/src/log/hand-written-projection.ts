import { decodeEvent, type BarClosed, type Recorded } from '@tocsin/contracts';
import type { Database, Sql } from '@tocsin/event-log';
import { chainNext } from '@tocsin/event-log/lane';
import { WrongResult } from './measurement.ts';
import type { MeasuredLane } from './measured-lane.ts';
import { pullAll } from './own-pulls.ts';

const BATCH = 500;

type Batch = {
  readonly bars: readonly Recorded<BarClosed>[];
  readonly last: number;
  readonly chain: Uint8Array;
  readonly count: number;
};

/**
 * What a person would write for this one table and no other: own pulls, the chain verified, and for each batch one
 * transaction with the SQL that the projection runner issues too.
 */
export async function projectByHand(lane: MeasuredLane, database: Database, events: number): Promise<void> {
  await database.query(
    `INSERT INTO checkpoint (consumer, lane, lane_id, position, chain) VALUES ('query', $1, $2, 0, $3)`,
    [lane.stream, lane.laneId, lane.start],
  );
  let bars: Recorded<BarClosed>[] = [];
  let chain: Uint8Array = lane.start;
  let writing = Promise.resolve();
  let taken = 0;
  await pullAll(lane.nats, lane.stream, events, ({ sequence, subject, headers, body }) => {
    chain = chainNext(chain, subject, body);
    if (headers?.get('Tocsin-Chain') !== Buffer.from(chain).toString('hex'))
      throw new WrongResult(`position ${sequence} does not follow the chain`);
    const event = decodeEvent(body, { lane: 'LOG_INGESTION', position: sequence });
    if (event.type === 'BarClosed') bars.push(event);
    taken += 1;
    if (taken < BATCH && sequence < events) return;
    const batch = { bars, last: sequence, chain, count: taken };
    writing = writing.then(() => database.transaction((sql) => write(sql, batch, lane.stream)));
    bars = [];
    taken = 0;
  });
  await writing;
}

async function write(sql: Sql, { bars, last, chain, count }: Batch, stream: string): Promise<void> {
  await sql.query(`SELECT 1 FROM consumer WHERE name = 'query' FOR UPDATE`);
  const { rows: known } = await sql.query<{ pair: string; open_at: string; revision: number }>(
    `SELECT b.pair, b.open_at, b.revision FROM unnest($1::text[], $2::timestamptz[]) AS k (pair, open_at)
     JOIN bar b ON b.pair = k.pair AND b.open_at = k.open_at`,
    [literal(bars.map(({ data }) => data.pair)), literal(bars.map(({ data }) => data.openAt))],
  );
  const revisions = new Map(known.map(({ pair, open_at, revision }) => [`${pair} ${open_at}`, revision]));
  const newest = new Map<string, Recorded<BarClosed>>();
  for (const bar of bars) {
    const { pair, openAt, revision } = bar.data;
    const key = `${pair} ${openAt}`;
    if ((newest.get(key)?.data.revision ?? revisions.get(key) ?? 0) <= revision) newest.set(key, bar);
  }
  const rows = [...newest.values()];
  const column = (field: keyof BarClosed['data']) => literal(rows.map(({ data }) => data[field]));
  await sql.query(UPSERT, [
    ...COLUMNS.map(column),
    literal(rows.map(({ time }) => time)),
    literal(rows.map(({ position }) => position)),
  ]);
  await sql.query(
    `WITH head AS (UPDATE log_head SET number = number + $1::int RETURNING number)
     INSERT INTO log_index (number, lane, position, count) SELECT head.number - $1::int + 1, 'ingestion', $2::bigint, $1::int FROM head`,
    [count, last - count + 1],
  );
  await sql.query(`UPDATE checkpoint SET position = $1, chain = $2 WHERE consumer = 'query' AND lane = $3`, [
    last,
    chain,
    stream,
  ]);
  await sql.query(`UPDATE consumer SET service_time = $1 WHERE name = 'query'`, [bars.at(-1)?.time ?? null]);
}

const COLUMNS = [
  'pair',
  'openAt',
  'closeAt',
  'symbol',
  'timeframe',
  'provider',
  'simulated',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'volumeKind',
  'revision',
  'backfill',
] as const satisfies readonly (keyof BarClosed['data'])[];

const UPSERT = `
  INSERT INTO bar (pair, open_at, close_at, symbol, timeframe, provider, simulated, open, high, low, close, volume,
    volume_kind, revision, backfill, heard_at, position)
  SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::boolean[],
    $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::float8[], $13::text[], $14::int[], $15::boolean[],
    $16::timestamptz[], $17::bigint[])
  ON CONFLICT (pair, open_at) DO UPDATE SET close_at = excluded.close_at, symbol = excluded.symbol,
    timeframe = excluded.timeframe, provider = excluded.provider, simulated = excluded.simulated, open = excluded.open,
    high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
    volume_kind = excluded.volume_kind, revision = excluded.revision, backfill = excluded.backfill,
    heard_at = excluded.heard_at, position = excluded.position`;

/** None of these values holds a quote or a backslash. */
const literal = (values: readonly unknown[]): string => `{"${values.map(String).join('","')}"}`;

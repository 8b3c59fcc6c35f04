import type { VolumeKind } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Sql } from '@tocsin/event-log';
import { WINDOW_BARS, type BarWindow, type PriceBar } from '../domain/bar-window.ts';

/** A stored window: its bars, or null where the caller knows them by their stamp. */
export interface StoredWindow {
  readonly pair: string;
  readonly stamp: string;
  readonly bars: BarWindow | null;
}

/** What a step changed in one window. Bars older than `oldest` leave the table. */
export interface WindowChange {
  readonly pair: string;
  readonly oldest: Instant | null;
  readonly bars: readonly PriceBar[];
}

/** One bar of a window, or one window without bars to tell: then the bar's columns are null. */
type Row = { readonly pair: string; readonly stamp: string } & (
  | {
      readonly open_at: Instant;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number;
      readonly volume_kind: VolumeKind;
    }
  | { readonly open_at: null }
);

const READ = `
  SELECT written.pair, written.stamp, bar.open_at, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.volume_kind
  FROM unnest($1::text[], $2::uuid[]) AS known (pair, stamp)
  JOIN bar_window_stamp AS written USING (pair)
  LEFT JOIN LATERAL (
    SELECT * FROM bar_window
    WHERE bar_window.pair = written.pair AND written.stamp IS DISTINCT FROM known.stamp
    ORDER BY open_at DESC LIMIT ${WINDOW_BARS}
  ) AS bar ON true
  ORDER BY written.pair, bar.open_at`;

const WRITE = `
  WITH stored AS (
    INSERT INTO bar_window (pair, open_at, open, high, low, close, volume, volume_kind)
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::text[])
    ON CONFLICT (pair, open_at) DO UPDATE SET
      open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
      volume = excluded.volume, volume_kind = excluded.volume_kind
  ), gone AS (
    DELETE FROM bar_window USING unnest($9::text[], $10::timestamptz[]) AS kept (pair, oldest)
    WHERE bar_window.pair = kept.pair AND bar_window.open_at < kept.oldest
  )
  INSERT INTO bar_window_stamp (pair, stamp)
  SELECT pair, $11::uuid FROM unnest($9::text[]) AS changed (pair)
  ON CONFLICT (pair) DO UPDATE SET stamp = excluded.stamp`;

/** Reads the windows of the pairs that have one; without their bars where the stamp is still the known one. */
export async function readWindows(
  sql: Sql,
  known: readonly { readonly pair: string; readonly stamp: string | null }[],
): Promise<readonly StoredWindow[]> {
  const { rows } = await sql.query<Row>(READ, [known.map(({ pair }) => pair), known.map(({ stamp }) => stamp)]);

  const stampOf = new Map(known.map(({ pair, stamp }) => [pair, stamp]));
  const windows = new Map<
    string,
    { readonly pair: string; readonly stamp: string; readonly bars: PriceBar[] | null }
  >();
  for (const row of rows) {
    const { pair, stamp } = row;
    const window = windows.get(pair) ?? { pair, stamp, bars: stampOf.get(pair) === stamp ? null : [] };
    windows.set(pair, window);
    if (row.open_at !== null) window.bars?.push(priceBar(row));
  }
  return [...windows.values()];
}

/** Writes what has changed and leaves `stamp` with every changed window, in one statement. */
export async function writeWindows(sql: Sql, stamp: string, changes: readonly WindowChange[]): Promise<void> {
  const bars = changes.flatMap(({ pair, bars }) => bars.map((bar) => ({ pair, ...bar })));
  await sql.query(WRITE, [
    bars.map(({ pair }) => pair),
    bars.map(({ openAt }) => openAt),
    bars.map(({ open }) => open),
    bars.map(({ high }) => high),
    bars.map(({ low }) => low),
    bars.map(({ close }) => close),
    bars.map(({ volume }) => volume),
    bars.map(({ volumeKind }) => volumeKind),
    changes.map(({ pair }) => pair),
    changes.map(({ oldest }) => oldest),
    stamp,
  ]);
}

const priceBar = ({
  open_at,
  open,
  high,
  low,
  close,
  volume,
  volume_kind,
}: Extract<Row, { open_at: Instant }>): PriceBar => ({
  openAt: open_at,
  open,
  high,
  low,
  close,
  volume,
  volumeKind: volume_kind,
});

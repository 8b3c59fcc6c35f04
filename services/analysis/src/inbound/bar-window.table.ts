import type { VolumeKind } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import type { Sql } from '@tocsin/event-log';
import { WINDOW_BARS, type BarWindow, type PriceBar } from '../domain/bar-window.ts';

/** A window and the stamp of whoever wrote it last, as they stood together. */
export interface StampedWindow {
  readonly pair: string;
  readonly stamp: string;
  readonly window: BarWindow;
}

/** What a step changed in one pair's window: bars that came or were revised, and when those opened that left. */
export interface WindowChange {
  readonly pair: string;
  readonly came: readonly PriceBar[];
  readonly left: readonly Instant[];
}

/** A bar on its way here: milliseconds since the epoch, four prices, and the volume. */
type Told = readonly [number, number, number, number, number, number, VolumeKind];

/**
 * Windows that one statement reads at most; each takes the server some milliseconds, and no statement may take five
 * seconds. PostgreSQL builds the lists: half a thousand rows per window cost this process four times as much.
 */
const WINDOWS_AT_ONCE_MAX = 100;

const READ_WINDOWS = `
  SELECT written.pair, written.stamp, bars.told
  FROM bar_window_stamp AS written
  CROSS JOIN LATERAL (
    SELECT json_agg(
      json_build_array((extract(epoch FROM open_at) * 1000)::bigint, open, high, low, close, volume, volume_kind)
      ORDER BY open_at
    ) AS told
    FROM (
      SELECT * FROM bar_window WHERE bar_window.pair = written.pair ORDER BY open_at DESC LIMIT ${WINDOW_BARS}
    ) AS newest
  ) AS bars
  WHERE written.pair = ANY($1::text[])`;

// Rows leave by their whole key: by anything less PostgreSQL would look through all pairs to find them.
const WRITE_WINDOWS = `
  WITH came AS (
    INSERT INTO bar_window (pair, open_at, open, high, low, close, volume, volume_kind)
    SELECT * FROM unnest(
      $1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::text[])
    ON CONFLICT (pair, open_at) DO UPDATE SET
      open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
      volume = excluded.volume, volume_kind = excluded.volume_kind
  ), gone AS (
    DELETE FROM bar_window USING unnest($9::text[], $10::timestamptz[]) AS leaving (pair, open_at)
    WHERE bar_window.pair = leaving.pair AND bar_window.open_at = leaving.open_at
  )
  INSERT INTO bar_window_stamp (pair, stamp)
  SELECT pair, $12::uuid FROM unnest($11::text[]) AS changed (pair)
  ON CONFLICT (pair) DO UPDATE SET stamp = excluded.stamp`;

/** The stamp of each pair that has a window. */
export async function readStamps(sql: Sql, pairs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query<{ pair: string; stamp: string }>(
    'SELECT pair, stamp FROM bar_window_stamp WHERE pair = ANY($1::text[])',
    [pairs],
  );
  return new Map(rows.map(({ pair, stamp }) => [pair, stamp]));
}

/** The windows of the pairs that have one. */
export async function readWindows(sql: Sql, pairs: readonly string[]): Promise<readonly StampedWindow[]> {
  const windows: StampedWindow[] = [];
  for (let from = 0; from < pairs.length; from += WINDOWS_AT_ONCE_MAX) {
    const { rows } = await sql.query<{ pair: string; stamp: string; told: readonly Told[] | null }>(READ_WINDOWS, [
      pairs.slice(from, from + WINDOWS_AT_ONCE_MAX),
    ]);
    for (const { pair, stamp, told } of rows) windows.push({ pair, stamp, window: (told ?? []).map(priceBar) });
  }
  return windows;
}

/** Writes what has changed and leaves `stamp` with every changed window, in one statement. */
export async function writeWindows(sql: Sql, stamp: string, changes: readonly WindowChange[]): Promise<void> {
  const came = changes.flatMap(({ pair, came }) => came.map((bar) => ({ pair, bar })));
  const left = changes.flatMap(({ pair, left }) => left.map((openAt) => ({ pair, openAt })));
  await sql.query(WRITE_WINDOWS, [
    came.map(({ pair }) => pair),
    came.map(({ bar }) => bar.openAt),
    came.map(({ bar }) => bar.open),
    came.map(({ bar }) => bar.high),
    came.map(({ bar }) => bar.low),
    came.map(({ bar }) => bar.close),
    came.map(({ bar }) => bar.volume),
    came.map(({ bar }) => bar.volumeKind),
    left.map(({ pair }) => pair),
    left.map(({ openAt }) => openAt),
    changes.map(({ pair }) => pair),
    stamp,
  ]);
}

const priceBar = ([openMs, open, high, low, close, volume, volumeKind]: Told): PriceBar => ({
  openAt: instant(openMs),
  open,
  high,
  low,
  close,
  volume,
  volumeKind,
});

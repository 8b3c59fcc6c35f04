import { Injectable } from '@nestjs/common';
import { instant, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { unknownPair } from './analyses.ts';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql, type SqlPiece } from './sql.ts';

export type BarsAsked = Paging & {
  readonly symbol: string;
  readonly tf: Timeframe;
  readonly from?: string;
  readonly to?: string;
};

const BARS = 'bars';

const FIELDS = sql`
  rfc3339(r.open_at) AS open_ts, rfc3339(r.close_at) AS close_ts,
  r.open::text, r.high::text, r.low::text, r.close::text, r.volume, r.volume_kind,
  r.provider, r.simulated, r.revision, r.backfill`;

/** Ingestion knows so many of a pair's newest bars again; one that is older never changes. */
const REVISABLE_BARS = 12;

const isClosed = (end: Instant | null): SqlPiece => sql`
  coalesce((SELECT open_at FROM bar WHERE pair = s.pair ORDER BY open_at DESC OFFSET ${REVISABLE_BARS - 1}::int LIMIT 1)
             >= ${end}::timestamptz, false)
  AND NOT EXISTS (SELECT FROM jsonb_array_elements(s.gaps) gap WHERE (gap->>'from_ts')::timestamptz < ${end}::timestamptz)`;

/** The closed bars of pairs. */
@Injectable()
export class Bars {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /**
   * Bars that opened in [from, to), newest first. What lies before the bars that may still be revised, and before every
   * gap that may still be filled, is closed history.
   */
  async list({ symbol, tf, from, to, ...paging }: BarsAsked): Promise<Answer> {
    type Row = PageRow & { pair: string | null; freshness: string; closed: boolean; positions: Positions };
    const end = to === undefined ? null : instant(to);
    const page = pageOf(
      {
        name: BARS,
        table: sql`bar`,
        fields: FIELDS,
        where: [
          sql`r.pair = (SELECT pair FROM pair_status WHERE symbol = ${symbol} AND timeframe = ${tf})`,
          from === undefined ? undefined : sql`r.open_at >= ${instant(from)}::timestamptz`,
          end === null ? undefined : sql`r.open_at < ${end}::timestamptz`,
        ],
        place: [
          { name: sql`r.open_at`, type: 'timestamptz' },
          { name: sql`r.pair`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { pair, freshness, closed, positions, ...row } = await this.readSide.row<Row>(sql`
      SELECT page.*, s.pair, ${isClosed(end)} AS closed,
             json_build_object('colour', s.colour, 'ratio', s.ratio, 'schedulable', s.schedulable,
               'evaluated_at', rfc3339(s.evaluated_at), 'market_state', s.market_state)::text AS freshness,
             ${positionsOf([LANES.ingestion])} AS positions
      FROM (${page}) page
      LEFT JOIN pair_status s ON s.symbol = ${symbol} AND s.timeframe = ${tf}`);
    if (pair === null) throw unknownPair(symbol, tf);
    const head = `"symbol":${JSON.stringify(symbol)},"timeframe":"${tf}","freshness":${freshness}`;
    return {
      body: asOf(now, `{${head},${pageFields(BARS, row)}}`),
      positions,
      keeping: closed ? 'for-good' : 'revalidate',
    };
  }
}

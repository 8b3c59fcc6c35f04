import { Injectable } from '@nestjs/common';
import { asOf, type Answer } from './answer.ts';
import { pageFields, pageOf, type PageRow, type Paging } from './page.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

export type FeedsAsked = Paging & { readonly status?: string; readonly provider?: string };

const FEEDS = 'feeds';

/** A source may be left alone for this pair, or its provider for all: the one does not show in the other. */
const SOURCES = sql`(
  SELECT json_agg(s.source || jsonb_build_object(
    'provider_breaker', v.breaker, 'outage_since', rfc3339(v.outage_since)) ORDER BY s.place)
  FROM jsonb_array_elements(r.sources) WITH ORDINALITY s(source, place)
  LEFT JOIN provider v ON v.name = s.source->>'provider')`;

const FIELDS = sql`
  r.pair, r.symbol, r.timeframe, r.status, r.origin, r.provider, r.fallback_active, ${SOURCES} AS sources,
  r.breaker_open, r.stale,
  r.calendar_id, r.calendar_version, r.volume_kind, r.feed_latency_ms, r.simulated,
  rfc3339(r.added_at) AS added_at, rfc3339(r.paused_at) AS paused_at,
  CASE WHEN r.last_bar_open_at IS NOT NULL THEN json_build_object(
    'open_ts', rfc3339(r.last_bar_open_at), 'close_ts', rfc3339(r.last_bar_close_at)) END AS newest_bar,
  json_build_object('colour', r.colour, 'ratio', r.ratio, 'schedulable', r.schedulable,
    'evaluated_at', rfc3339(r.evaluated_at), 'market_state', r.market_state) AS freshness,
  r.missed_in_a_row, r.gaps`;

/** What is watched: where its bars come from, and what is the matter with that. */
@Injectable()
export class Feeds {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  /** Feeds that have not been removed, the one that was added last first. */
  async list({ status, provider, ...paging }: FeedsAsked): Promise<Answer> {
    const page = pageOf(
      {
        name: FEEDS,
        table: sql`pair_overview`,
        fields: FIELDS,
        where: [
          status === undefined ? undefined : sql`r.status = ${status}`,
          provider === undefined ? undefined : sql`r.provider = ${provider}`,
        ],
        place: [
          { name: sql`r.added_at`, type: 'timestamptz' },
          { name: sql`r.pair`, type: 'text' },
        ],
      },
      paging,
    );
    const now = this.time.now();
    const { positions, ...row } = await this.readSide.row<PageRow & { positions: Positions }>(
      sql`SELECT page.*, ${positionsOf([LANES.ingestion])} AS positions FROM (${page}) page`,
    );
    return { body: asOf(now, `{${pageFields(FEEDS, row)}}`), positions, keeping: 'revalidate' };
  }

  async ofPair(pair: string): Promise<Answer> {
    const now = this.time.now();
    const { item, positions } = await this.readSide.row<{ item: string | null; positions: Positions }>(sql`
      SELECT (SELECT row_to_json(item)::text FROM (SELECT ${FIELDS}) AS item WHERE r.pair IS NOT NULL) AS item,
             ${positionsOf([LANES.ingestion])} AS positions
      FROM (VALUES (${pair}::text)) AS asked(pair) LEFT JOIN pair_overview r ON r.pair = asked.pair`);
    if (item === null) throw new Problem('unknown-pair', `No feed watches the pair '${pair}'.`);
    return { body: asOf(now, item), positions, keeping: 'revalidate' };
  }
}

import { Injectable } from '@nestjs/common';
import type { Instant } from '@tocsin/domain-kit';
import type { KnownRequest } from '@tocsin/event-log';
import type { Answer } from './answer.ts';
import { Problem } from './problem.ts';
import { LANES, positionsOf, ReadSide, type Positions } from './read-side.ts';
import { ServiceTime } from './service-time.ts';
import { sql } from './sql.ts';

type RequestRow = {
  readonly request: Pick<KnownRequest, 'id' | 'service' | 'command' | 'askedAt' | 'expiresAt' | 'outcome'> | null;
  readonly over: boolean;
  readonly positions: Positions;
};

/** What was asked of other services through this door, and what became of it. */
@Injectable()
export class Requests {
  constructor(
    private readonly readSide: ReadSide,
    private readonly time: ServiceTime,
  ) {}

  async ofId(id: string): Promise<Answer> {
    const now = this.time.now();
    const { request, over, positions } = await this.readSide.row<RequestRow>(sql`
      SELECT CASE WHEN r.id IS NOT NULL THEN json_build_object(
               'id', r.id, 'service', r.service, 'command', r.command, 'askedAt', rfc3339(r.asked_at),
               'expiresAt', rfc3339(r.expires_at), 'outcome', r.outcome) END AS request,
             coalesce(r.expires_at < now(), false) AS over,
             ${positionsOf(Object.values(LANES))} AS positions
      FROM (VALUES (${id}::text)) AS asked(id) LEFT JOIN request r ON r.id = asked.id`);
    if (request === null) throw new Problem('unknown-request', `No request has the id '${id}'.`);
    const body = requestBody(request, { isOver: over, now });
    // What is under way ends by time too, and not only by what is applied.
    const changes = request.outcome === null ? { changesWithTime: now } : {};
    return { body, positions, keeping: 'revalidate', ...changes };
  }
}

/** A request as it is answered: under way, ended, or neither before its time was over. */
export const requestBody = (
  {
    id,
    service,
    command,
    askedAt,
    expiresAt,
    outcome,
  }: Pick<KnownRequest, 'id' | 'service' | 'command' | 'askedAt' | 'expiresAt' | 'outcome'>,
  { isOver, now }: { readonly isOver: boolean; readonly now: Instant },
  more: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({
    as_of: now,
    id,
    service,
    command,
    status: outcome?.result ?? (isOver ? 'expired' : 'pending'),
    asked_at: askedAt,
    expires_at: expiresAt,
    refused: outcome?.refused ?? null,
    because: outcome?.because ?? null,
    facts: outcome?.facts ?? [],
    log_position: outcome === null ? null : `${outcome.lane}:${outcome.position}`,
    ...more,
  });

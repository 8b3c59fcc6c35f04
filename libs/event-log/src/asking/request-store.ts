import type { CommandHandled, CommandName, ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Sql } from '../postgres/sql.ts';

/** A request as it is written down before anything is published. */
export type WrittenRequest = {
  /** The same for every repetition. */
  readonly id: string;
  /** Who is asked. */
  readonly service: ServiceName;
  readonly command: CommandName;
  readonly subject: string;
  readonly body: Uint8Array;
  /** Of what is asked for, so that one id is never asked for two things. */
  readonly digest: string;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
};

/** How a request ended, and where that is said. */
export type RequestOutcome = Pick<CommandHandled['data'], 'result' | 'refused' | 'because' | 'facts'> & {
  /** The stream of the lane on which it is said. */
  readonly lane: string;
  readonly position: number;
};

/** What is known of a request that was asked. */
export type KnownRequest = Pick<WrittenRequest, 'id' | 'service' | 'command' | 'digest' | 'askedAt' | 'expiresAt'> & {
  /** Null until it is heard. */
  readonly outcome: RequestOutcome | null;
};

/** A request that is to be published now, for the first time or again. */
export type DueRequest = Pick<WrittenRequest, 'id' | 'subject' | 'body'>;

/** An outcome that was heard, with the service on whose lane it stands. */
export type HeardOutcome = { readonly id: string; readonly service: ServiceName; readonly outcome: RequestOutcome };

/** Whoever asks must not fill the table while nobody answers. Of one service, for the others do. */
const UNANSWERED_MAX = 1_000;

/** The pause after the n-th publication doubles from one second up to a minute. */
const PAUSE = `least(power(2, publishes), 60) * interval '1 s'`;

/** Longer than a service remembers which requests it has handled: a key that is used again is never asked anew. */
const KEPT = `interval '15 days'`;

const KNOWN = `id, service, command, digest, asked_at AS "askedAt", expires_at AS "expiresAt", outcome`;

/** Writes a request down, unless its id is known or too many wait. Returns whether it is new. */
export async function writeRequest(sql: Sql, request: WrittenRequest): Promise<boolean> {
  const { id, service, command, subject, body, digest, askedAt, expiresAt } = request;
  const { rowCount } = await sql.query(
    `INSERT INTO request (id, service, command, subject, body, digest, asked_at, expires_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8
     WHERE (SELECT count(*) FROM (SELECT FROM request
                                  WHERE next_publish_at IS NOT NULL AND service = $2 LIMIT $9) unanswered) < $9
     ON CONFLICT (id) DO NOTHING`,
    [id, service, command, subject, Buffer.from(body), digest, askedAt, expiresAt, UNANSWERED_MAX],
  );
  return rowCount === 1;
}

export async function findRequests(sql: Sql, ids: readonly string[]): Promise<readonly KnownRequest[]> {
  const { rows } = await sql.query<KnownRequest>(`SELECT ${KNOWN} FROM request WHERE id = ANY($1)`, [ids]);
  return rows;
}

/**
 * Takes what is to be published now and says when it is due again, in one statement: instances that take side by side
 * take different requests, and one that dies before it has published is followed by the next publication. What waited
 * together goes in the order in which it was asked: an alert that is over must not seem to have begun after that.
 */
export async function claimDue(sql: Sql, limit: number): Promise<readonly DueRequest[]> {
  const { rows } = await sql.query<DueRequest>(
    `WITH claimed AS (
       UPDATE request SET published_at = now(), publishes = publishes + 1,
         next_publish_at = CASE WHEN now() + ${PAUSE} < expires_at THEN now() + ${PAUSE} END
       WHERE id IN (SELECT id FROM request WHERE next_publish_at <= now()
                    ORDER BY next_publish_at, asked_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id, subject, body, asked_at)
     SELECT id, subject, body FROM claimed ORDER BY asked_at, id`,
    [limit],
  );
  return rows;
}

/** Has everything published again at once that has no outcome yet. */
export async function hastenRequests(sql: Sql): Promise<void> {
  await sql.query('UPDATE request SET next_publish_at = now() WHERE next_publish_at > now() AND expires_at > now()');
}

/** Writes down how requests ended; those that somebody else sent are not known here, and the first outcome stays. */
export async function saveOutcomes(sql: Sql, heard: readonly HeardOutcome[]): Promise<void> {
  if (heard.length === 0) return;
  await sql.query(
    `UPDATE request r SET outcome = h.outcome::jsonb, heard_at = now(), next_publish_at = NULL
     FROM unnest($1::text[], $2::text[], $3::text[]) AS h (id, service, outcome)
     WHERE r.id = h.id AND r.service = h.service AND r.outcome IS NULL`,
    [
      heard.map(({ id }) => id),
      heard.map(({ service }) => service),
      heard.map(({ outcome }) => JSON.stringify(outcome)),
    ],
  );
}

/** Forgets what was asked so long ago that the asked service has forgotten it too. */
export async function forgetRequests(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM request WHERE asked_at < now() - ${KEPT}`);
}

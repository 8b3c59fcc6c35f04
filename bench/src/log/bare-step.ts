import { Client } from 'pg';

/** What one message writes: its entity's state, and one fact. */
export type BareRow = {
  readonly key: string;
  readonly eventId: string;
  readonly subject: string;
  readonly body: Buffer;
};

const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-01';
const CHAIN = Buffer.alloc(32);

/**
 * The statements of a step, in their order, written by hand on one connection: lock the consumer, look for deadlines,
 * load and lock the entities, write them and the journal, move the checkpoint and the clock, commit.
 */
export class BareStep {
  readonly #client: Client;
  #position = 0;
  readonly #versions = new Map<string, number>();

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<BareStep> {
    const client = new Client({ connectionString: databaseUrl, options: '-c search_path=analysis' });
    await client.connect();
    return new BareStep(client);
  }

  async apply(rows: readonly BareRow[]): Promise<void> {
    const client = this.#client;
    const keys = [...new Set(rows.map(({ key }) => key))];
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM consumer WHERE name = 'analysis' FOR UPDATE`);
    await client.query('SELECT * FROM timer WHERE NOT fired AND due_at <= now() ORDER BY due_at LIMIT 500');
    const { rows: loaded } = await client.query<{ key: string; version: string }>(
      `SELECT key, version, state FROM entity WHERE type = 'analysis' AND key = ANY($1::text[]) ORDER BY key FOR UPDATE`,
      [`{${keys.join(',')}}`],
    );
    this.#versions.clear();
    for (const { key, version } of loaded) this.#versions.set(key, Number(version));
    for (const { key } of rows) this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
    await client.query(
      `INSERT INTO entity (type, key, version, state)
       SELECT 'analysis', key, version, '{"runs":1}' FROM unnest($1::text[], $2::bigint[]) AS e (key, version)
       ON CONFLICT (type, key) DO UPDATE SET version = excluded.version, state = excluded.state`,
      [`{${keys.join(',')}}`, `{${keys.map((key) => this.#versions.get(key)).join(',')}}`],
    );
    await client.query(
      `INSERT INTO journal (event_id, subject, traceparent, body)
       SELECT event_id, subject, $3, body FROM unnest($1::uuid[], $2::text[], $4::bytea[]) AS j (event_id, subject, body)`,
      [
        `{${rows.map(({ eventId }) => eventId).join(',')}}`,
        `{${rows.map(({ subject }) => subject).join(',')}}`,
        TRACEPARENT,
        `{${rows.map(({ body }) => `"\\\\x${body.toString('hex')}"`).join(',')}}`,
      ],
    );
    this.#position += rows.length;
    await client.query(
      `INSERT INTO checkpoint (consumer, lane, position, chain) VALUES ('analysis', 'bare', $1, $2)
       ON CONFLICT (consumer, lane) DO UPDATE SET position = excluded.position, chain = excluded.chain`,
      [this.#position, CHAIN],
    );
    await client.query(`UPDATE consumer SET service_time = now() WHERE name = 'analysis'`);
    await client.query('COMMIT');
  }

  /** One statement that commits by itself: the least that anything durable costs. */
  async commit({ eventId, subject, body }: BareRow): Promise<void> {
    await this.#client.query({
      name: 'commit',
      text: 'INSERT INTO journal (event_id, subject, traceparent, body) VALUES ($1, $2, $3, $4)',
      values: [eventId, subject, TRACEPARENT, body],
    });
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

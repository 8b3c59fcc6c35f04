import { isNativeError } from 'node:util/types';
import { Pool, TypeOverrides, type PoolClient } from 'pg';
import type { Sql } from './sql.ts';

/** Where a service keeps its state, and how long it may wait for it. */
export type DatabaseOptions = {
  readonly url: string;
  /** The service's own PostgreSQL schema. */
  readonly schema: string;
  /** Shown in `pg_stat_activity`: the instance's name. */
  readonly applicationName: string;
  /** Connections at most; default 6. */
  readonly connectionsMax?: number;
  /** Told about connections that broke while idle; the pool replaces them. */
  readonly onIdleError: (error: Error) => void;
};

/** No await outlives this, on either side of the wire. */
const CALL_TIMEOUT_MS = 5_000;

/**
 * Limits that the server itself enforces: a process stopped inside a transaction must not hold a row for ever.
 * Source: architecture, section 5.
 */
const SERVER_LIMITS = [
  'idle_in_transaction_session_timeout=3000',
  'lock_timeout=5000',
  'statement_timeout=5000',
  'tcp_user_timeout=5000',
];

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const CONFLICT_RETRIES_MAX = 5;

const OID = { int8: 20, timestamptz: 1184 } as const;

/** Positions and versions stay far below 2^53, and instants are text in this house. */
const readers = new TypeOverrides();
readers.setTypeParser(OID.int8, Number);
readers.setTypeParser(OID.timestamptz, (text) => new Date(text).toISOString());

/** A service's own database: a small pool whose connections never wait without a limit. */
export class Database implements Sql {
  readonly #pool: Pool;

  constructor({ url, schema, applicationName, connectionsMax = 6, onIdleError }: DatabaseOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: CALL_TIMEOUT_MS,
      query_timeout: CALL_TIMEOUT_MS + 500, // The server's own limit speaks first; this one is for a silent network.
      idleTimeoutMillis: 30_000,
      application_name: applicationName,
      options: [`search_path=${schema}`, ...SERVER_LIMITS].map((setting) => `-c ${setting}`).join(' '),
      types: readers,
      // Statements that do not wait for each other travel together; the server runs them in the order they were sent.
      pipeline: true,
    });
    this.#pool.on('error', onIdleError);
    // A connection can break while it is handed over, when neither the pool nor whoever asked for it listens.
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
  }

  query<Row extends object = Record<string, unknown>>(text: string, values: readonly unknown[] = []) {
    return ask<Row>(this.#pool, text, values);
  }

  /**
   * Runs `work` in one transaction and commits it; does it again on a serialization failure or a deadlock.
   * Anything else rolls back and is thrown as it came.
   */
  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#pool.connect();
      let broken: Error | undefined;
      // A connection that breaks between two statements fails the next one; it must not end the process before.
      const noteBreak = (error: Error): void => {
        broken = error;
      };
      client.on('error', noteBreak);
      try {
        return await this.#attempt(client, work);
      } catch (error) {
        if (isConnectionLoss(error)) broken = error;
        if (attempt >= CONFLICT_RETRIES_MAX || !isConflict(error)) throw error;
      } finally {
        client.off('error', noteBreak);
        client.release(broken);
      }
    }
  }

  async #attempt<Result>(client: PoolClient, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const begun = client.query('BEGIN');
    begun.catch(() => undefined); // Whoever asks first is told.
    let isBegun = false;
    const sql: Sql = {
      async query<Row extends object>(text: string, values: readonly unknown[] = []) {
        // Only what reads may travel with BEGIN: should that fail, a statement behind it would stand alone.
        if (!isBegun && !READS.test(text)) await begun;
        const [answer] = await Promise.all([ask<Row>(client, text, values), begun]);
        isBegun = true;
        return answer;
      },
    };
    try {
      const result = await work(sql);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new NotCommitted(command);
      return result;
    } catch (error) {
      // The first error is the one to tell; a failed rollback means a lost connection, which rolls back by itself.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Closes every connection once it is idle. */
  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** A transaction in which a statement had failed, which PostgreSQL ends by rolling back whatever it is asked. */
class NotCommitted extends Error {
  override readonly name = 'NotCommitted';
  constructor(command: string) {
    super(`the transaction was to be committed, and PostgreSQL answered ${command}`);
  }
}

/** A statement that reads and does not write. */
const READS = /^\s*SELECT\b/;

/** Statements with values are planned once for each connection: their texts are few and never change. */
const namesByText = new Map<string, string>();
const NAMES_MAX = 500;

function nameOf(text: string): string | undefined {
  const known = namesByText.get(text);
  if (known !== undefined || namesByText.size >= NAMES_MAX) return known;
  const name = `tocsin_${namesByText.size + 1}`;
  namesByText.set(text, name);
  return name;
}

async function ask<Row extends object>(asked: Pool | PoolClient, text: string, values: readonly unknown[]) {
  const name = values.length > 0 ? nameOf(text) : undefined;
  const config = { text, values: [...values], ...(name !== undefined && { name }) };
  const { rows, rowCount } = await asked.query<Row & Record<string, unknown>>(config);
  return { rows: rows as Row[], rowCount };
}

/** Errors of the system are of Node's own realm, which is another than that of a test: `instanceof` would not know them. */
const codeOf = (error: unknown): string =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isConflict = (error: unknown): boolean => [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(codeOf(error));

/** What node-postgres says without a code when the other side has gone or does not answer. */
const LOST = /terminated|timeout|closed|not queryable|Connection/i;

/** Class 08 is a lost connection, 57P a shutdown, 25P03 an idle transaction that the server ended; E… is the socket. */
const isConnectionLoss = (error: unknown): error is Error => {
  const code = codeOf(error);
  const isLost =
    /^(08|57P|25P03|E[A-Z])/.test(code) || (code === '' && isNativeError(error) && LOST.test(error.message));
  return isNativeError(error) && isLost;
};

/** SQLSTATE classes that say the data is at fault, not the moment: doing the same again gives the same. */
const DATA_AT_FAULT = /^(22|23|42|54)/;

/** Tells whether the data are at fault: doing the same again would give the same error. */
export const isDeterministic = (error: unknown): boolean =>
  codeOf(error).length === 5 && DATA_AT_FAULT.test(codeOf(error));

/** Tells whether an error came from when something was tried rather than from what was tried. */
export const isTransient = (error: unknown): boolean =>
  isConnectionLoss(error) || (codeOf(error).length === 5 && !isDeterministic(error));

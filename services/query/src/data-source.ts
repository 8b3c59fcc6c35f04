import { SnakeNaming } from '@tocsin/event-log';
import type { DataSourceOptions } from 'typeorm';
import { projections } from './projections/projections.ts';

/** No answer is waited for longer, on either side of the wire. */
const ANSWER_WITHIN_MS = 5_000;

const SCHEMA = 'query';

/** How the read models are read: by connections of their own, so that readers and steps never wait for each other. */
export const readingFrom = (url: string, connectionsMax: number) =>
  ({
    type: 'postgres',
    url,
    schema: SCHEMA,
    entities: projections.map(({ row }) => row),
    namingStrategy: new SnakeNaming(),
    applicationName: 'query-reads',
    extra: {
      max: connectionsMax,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS + 500, // The server's own limit speaks first; this one is for a silent network.
      options: `-c search_path=${SCHEMA} -c statement_timeout=${ANSWER_WITHIN_MS} -c default_transaction_read_only=on`,
    },
  }) as const satisfies DataSourceOptions;

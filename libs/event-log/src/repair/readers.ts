import { SERVICES, streamOf, type ServiceName } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';

/** How far a service has heard a lane, and the chain value that it heard there, as hexadecimal. */
export type LaneListener = { readonly reader: ServiceName; readonly position: number; readonly chain: string };

/** Who has heard a lane, of the services whose schemas are in the same database. */
export async function readListeners(sql: Sql, service: ServiceName): Promise<readonly LaneListener[]> {
  const { rows: present } = await sql.query<{ reader: ServiceName }>(
    `SELECT reader FROM unnest($1::text[]) AS reader WHERE to_regclass(reader || '.checkpoint') IS NOT NULL`,
    [SERVICES],
  );
  const listeners: LaneListener[] = [];
  for (const { reader } of present) {
    const { rows } = await sql.query<{ position: number; chain: Buffer }>(
      `SELECT position, chain FROM ${reader}.checkpoint WHERE consumer = $1 AND lane = $2 AND position > 0`,
      [reader, streamOf(service)],
    );
    for (const { position, chain } of rows) listeners.push({ reader, position, chain: chain.toString('hex') });
  }
  return listeners;
}

import { randomBytes } from 'node:crypto';

/**
 * Creates a database of a new name on the server that `url` leads to, and returns its own URL and the way to drop it.
 * (The client is loaded here and not above, because this package is read before anything is installed.)
 */
export async function createDatabase(url) {
  const { default: pg } = await import('pg');
  const name = `tocsin_${randomBytes(6).toString('hex')}`;
  await once(pg, url, `CREATE DATABASE ${name} TEMPLATE template0`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => once(pg, url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function once(pg, connectionString, statement) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

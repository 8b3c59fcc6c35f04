import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '@tocsin/event-log';
import { SESSIONS_MAX } from '../house/settings.ts';
import type { FaultKind } from './fault.ts';

const RETRY_MS = 20;
/** Below the limit that a statement has. */
const SLEEP_S = 1;

/** Somebody else takes every session that PostgreSQL has, and those of the services are closed. */
export const exhaustedConnections: FaultKind = {
  kind: 'exhausted-connections',
  share: 1,
  plan(chance) {
    const forMs = chance.between(2_000, 5_000);
    return {
      victims: ['postgres'],
      async inflict({ databaseUrl }) {
        const hog = open(databaseUrl, SESSIONS_MAX);
        const closer = open(databaseUrl, 1);
        try {
          await closer.query('SELECT'); // It must have its own session before there is none.
          const untilMs = performance.now() + forMs;
          const hogging = Array.from({ length: SESSIONS_MAX }, () => take(hog, untilMs));
          await closer.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name <> 'campaign' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
          );
          await Promise.all(hogging);
        } finally {
          await Promise.all([hog.close(), closer.close()]);
        }
      },
    };
  },
};

async function take(hog: Database, untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    try {
      await hog.query(`SELECT pg_sleep(${SLEEP_S})`);
    } catch {
      await pause(RETRY_MS); // Nothing was free yet.
    }
  }
}

const open = (url: string, connectionsMax: number): Database =>
  new Database({ url, schema: 'public', applicationName: 'campaign', connectionsMax, onIdleError: () => undefined });

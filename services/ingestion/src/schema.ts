import type { ServiceSchema } from '@tocsin/event-log';

/** Feeds are entities; this service has no tables beside those of the log. */
export const schema: ServiceSchema = { service: 'ingestion', migrations: [] };

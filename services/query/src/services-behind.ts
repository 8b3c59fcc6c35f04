import type { ServiceName } from '@tocsin/contracts';

/** The services whose facts are shown here, and that are asked for changes. */
export const SERVICES_BEHIND = [
  'ingestion',
  'analysis',
  'escalation',
  'notification',
] as const satisfies readonly ServiceName[];

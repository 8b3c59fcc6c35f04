import type { ServiceSchema } from '@tocsin/event-log';
import { AnalystContext1700000001002 } from './inbound/agents/analyst-context.migration.ts';
import { Economy1700000001003 } from './inbound/economy.migration.ts';
import { BarWindow1700000001001 } from './inbound/bar-window.migration.ts';

/** The tables of this service's own, beside those of the log. */
export const schema: ServiceSchema = {
  service: 'analysis',
  migrations: [BarWindow1700000001001, AnalystContext1700000001002, Economy1700000001003],
};

import { Asking1700000000003, EventLog, type ServiceSchema } from '../src/index.ts';
import type { Ground } from './ground.ts';

/** What a ground needs besides, so that somebody can ask. */
export const askerSchemas: readonly ServiceSchema[] = [{ service: 'query', migrations: [Asking1700000000003] }];

/** Opens a service that does nothing but ask escalation, and hears what became of it. */
export async function openAsker(ground: Ground, instance = 'query-0'): Promise<EventLog> {
  const body = { apply: () => Promise.resolve() };
  const log = new EventLog(
    { service: 'query', hears: ['escalation'], entities: [], locals: [], body, asks: ['escalation'] },
    ground.wiring(instance),
  );
  await log.open([]);
  return ground.track(log);
}

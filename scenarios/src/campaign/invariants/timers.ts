import { SERVICES } from '@tocsin/contracts';
import { factsOf, type Invariant } from './evidence.ts';

/** Each moment that something waited for has passed once, and none that is due is still waited for. */
export const timersEndOnce: Invariant = async (evidence) => {
  const findings: string[] = [];
  for (const service of SERVICES) {
    const passed = new Set<string>();
    for (const event of factsOf(evidence, service)) {
      if (event.type !== 'DeadlinePassed') continue;
      const { entity, key, deadline, dueAt } = event.data;
      const moment = `${entity}/${key} ${deadline} ${dueAt}`;
      if (passed.has(moment)) findings.push(`${service}: ${moment} passed twice, the second time at ${event.position}`);
      passed.add(moment);
    }
    const overdue = await evidence.databases
      .get(service)
      ?.query<{ type: string; key: string; due_at: string }>(
        `SELECT t.type, t.key, t.due_at FROM timer t, consumer c WHERE NOT t.fired AND t.due_at <= c.service_time`,
      );
    for (const { type, key, due_at } of overdue?.rows ?? [])
      findings.push(`${service}: ${type}/${key} still waits for ${due_at}, which has passed`);
  }
  return findings;
};

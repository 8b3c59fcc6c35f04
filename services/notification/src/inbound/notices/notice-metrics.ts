import type { Sql } from '@tocsin/event-log';
import { Gauge, type Registry } from 'prom-client';

/** Shows how many notices wait, and what holds those that are held; read from the board when somebody asks for it. */
export function registerNoticeMetrics(registry: Registry, read: { readonly sql: Sql; readonly isOpen: boolean }): void {
  new Gauge({
    name: 'tocsin_notices_waiting',
    help: 'Notices that are to be told: free, or held by inhibition, a silence, quiet hours, or a reopened episode.',
    labelNames: ['held_by'],
    registers: [registry],
    async collect() {
      if (!read.isOpen) return;
      const { rows } = await read.sql.query<{ heldBy: string; notices: number }>(WAITING);
      this.reset();
      for (const { heldBy, notices } of rows) this.set({ held_by: heldBy }, notices);
    },
  });
}

const WAITING = `
  SELECT coalesce(held_by, 'nothing') AS "heldBy", count(*)::integer AS notices FROM notice_line
  WHERE group_name IS NOT NULL OR holder IS NOT NULL GROUP BY held_by`;

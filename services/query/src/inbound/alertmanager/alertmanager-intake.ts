import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { EventLog } from '@tocsin/event-log';
import { HookTokens } from '../hooks/hook-tokens.ts';
import { reportOf, type SentAlert } from './alert-report.ts';

/** Who may send alerts of Prometheus and Alertmanager. */
export class AlertmanagerTokens extends HookTokens {}

/**
 * An alert that still fires is sent again every minute or so. Within this time it is the same request; after it, it is
 * asked again, so that one which somebody has ended by hand comes back while it fires.
 */
const SAME_WITHIN_MS = 300_000;

const VALID_FOR_MS = 3_600_000;

/** Where alerts of other alerting systems come in: written down, and brought to escalation after the sender has its answer. */
@Injectable()
export class AlertmanagerIntake {
  constructor(private readonly log: EventLog) {}

  /** Returns once all of them are written down. @param actor on whose behalf. */
  async take(alerts: readonly SentAlert[], source: string, actor: string): Promise<void> {
    const nowMs = Date.now();
    const now = instant(nowMs);
    await Promise.all(
      alerts.map((alert) => {
        const command = reportOf(alert, source, now);
        const { fingerprint, level, status, summary, startsAt } = command.data;
        // Neither its end, which moves on while it fires, nor a start that we made up ourselves.
        const began = alert.startsAt === undefined ? null : startsAt;
        const about = [source, fingerprint, level, status, summary, began, Math.floor(nowMs / SAME_WITHIN_MS)];
        const key = createHash('sha256').update(JSON.stringify(about)).digest('hex');
        return this.log.ask({ command, actor, key, validForMs: VALID_FOR_MS });
      }),
    );
  }
}

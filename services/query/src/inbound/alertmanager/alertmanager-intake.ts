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
        // Its end is left out, for that moves on while it fires.
        const about = [source, fingerprint, level, status, summary, startsAt, Math.floor(nowMs / SAME_WITHIN_MS)];
        const digest = createHash('sha256').update(JSON.stringify(about)).digest('hex');
        // Only by its start is one that fires again told apart from one that still does.
        const key = alert.startsAt === undefined ? null : digest;
        return this.log.ask({ command, actor, key, validForMs: VALID_FOR_MS });
      }),
    );
  }
}

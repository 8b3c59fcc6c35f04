import { Injectable } from '@nestjs/common';
import { SHARED_TENANT, type Matcher } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { ReadSide } from '../read-side.ts';
import { ServiceTime } from '../service-time.ts';
import { silenceStateAt } from '../silence-state.ts';
import { Silences } from '../silences.ts';
import { sql, type SqlPiece } from '../sql.ts';
import {
  alertOf,
  groupsOf,
  HOUSE_RECEIVER,
  isMeant,
  providersInTrouble,
  type Alert,
  type AlertFilter,
  type AlertGroup,
  type OpenEpisode,
} from './alert.ts';
import { alertOnTheirClock, silenceOnTheirClock, theirClock } from './their-clock.ts';
import { forgottenBefore, hasAll, inTheirOrder, theirsOf, type TheirSilence } from './silence.ts';

/**
 * The version of Alertmanager whose API this is: its tools look here for what they may ask. What answers is told by
 * `branch` and `revision`.
 */
const API_OF = '0.28.1';
const OWN_VERSION = '0.1.0';

const openEpisodesOf = (tenant: string): SqlPiece => sql`
  SELECT e.episode_id AS "episodeId", e.scope, e.scope_kind AS "scopeKind", e.level, e.peak, e.cause,
         rfc3339(e.opened_at) AS "openedAt", rfc3339(e.changed_at) AS "changedAt", e.simulated,
         CASE WHEN e.acknowledged_by IS NOT NULL THEN json_build_object(
           'by', e.acknowledged_by, 'reason', e.acknowledged_because, 'until', rfc3339(e.acknowledged_until))
         END AS acknowledged,
         e.subject, e.labels, e.tenant,
         ARRAY(SELECT told->>'id' FROM jsonb_array_elements(n.channels) told ORDER BY 1) AS "toldOn"
  FROM episode e LEFT JOIN notice n ON n.notice_id = ${tenant}::text || '/' || e.scope || '|' || e.episode_id
  WHERE e.status <> 'cleared' AND e.tenant IN (${SHARED_TENANT}, ${tenant}) ORDER BY e.episode_id`;

/** The open episodes as alerts, for whatever reads Alertmanager's API v2. */
@Injectable()
export class Alertmanager {
  constructor(
    private readonly readSide: ReadSide,
    private readonly known: Silences,
    private readonly time: ServiceTime,
  ) {}

  /** The alerts that are meant, in the order of their fingerprints: everybody's, and those of the tenant. */
  async alerts(tenant: string, filter: AlertFilter): Promise<readonly Alert[]> {
    const now = this.time.now();
    const [episodes, silences] = await Promise.all([
      this.readSide.rows<OpenEpisode>(openEpisodesOf(tenant)),
      this.known.recent(tenant, now),
    ]);
    const circumstances = {
      now,
      silences: silences.filter((silence) => silenceStateAt(silence, now).state === 'active'),
      providersInTrouble: providersInTrouble(episodes),
    };
    const clock = theirClock(this.time);
    return episodes
      .map((episode) => alertOf(episode, circumstances))
      .filter((alert) => isMeant(alert, filter))
      .map((alert) => alertOnTheirClock(alert, clock));
  }

  /** The same alerts, as people are told of them together. */
  async groups(tenant: string, filter: AlertFilter): Promise<readonly AlertGroup[]> {
    return groupsOf(await this.alerts(tenant, filter), filter.receiver);
  }

  /** The tenant's silences that have all of these conditions; those that are long over are not shown. */
  async silences(tenant: string, matchers: readonly Matcher[]): Promise<readonly TheirSilence[]> {
    const now = this.time.now();
    const silences = await this.known.recent(tenant, forgottenBefore(now));
    const clock = theirClock(this.time);
    return silences
      .map((silence) => theirsOf(silence, now))
      .filter((silence) => hasAll(silence, matchers))
      .sort(inTheirOrder)
      .map((silence) => silenceOnTheirClock(silence, clock));
  }

  /** The tenant's channels, and every other that its people were ever told on, after the house itself. */
  async receivers(tenant: string): Promise<readonly { readonly name: string }[]> {
    const channels = await this.readSide.rows<{ name: string }>(sql`
      SELECT channel_id AS name FROM channel WHERE tenant = ${tenant}
      UNION SELECT channel_id FROM delivery WHERE tenant = ${tenant} ORDER BY 1`);
    return [{ name: HOUSE_RECEIVER }, ...channels];
  }

  async status(tenant: string) {
    const receivers = await this.receivers(tenant);
    return {
      cluster: { status: 'disabled', peers: [] },
      versionInfo: {
        version: API_OF,
        revision: OWN_VERSION,
        branch: 'tocsin',
        buildUser: 'tocsin',
        buildDate: '',
        goVersion: '',
      },
      config: { original: configOf(receivers) },
      uptime: startedAt(),
    };
  }
}

/** On the wall, as all of Alertmanager's tools have it. */
const startedAt = (): Instant => plusMs(instant(Date.now()), -Math.floor(process.uptime() * 1_000));

/** What is routed where is policy here; this says as much of it as a configuration of Alertmanager can, and is one. */
const configOf = (receivers: readonly { readonly name: string }[]): string =>
  [
    '# Who is told of what is decided by the policies of this house: GET /api/policies/routing.',
    'route:',
    `  receiver: ${HOUSE_RECEIVER}`,
    '  group_by: [tenant, scope_kind, provider, severity]',
    'receivers:',
    ...receivers.map(({ name }) => `  - name: ${name}`),
    '',
  ].join('\n');

import type { EpisodeSubject, Level, ScopeKind } from './generated/messages.ts';
import { SHARED_TENANT } from './subjects.ts';

/** Names and values by which something is found, silenced or routed: what Prometheus calls a label set. */
export type Labels = Readonly<Record<string, string>>;

/** What an episode says of itself that labels are made of. */
type Labelled = {
  readonly scope: string;
  readonly scopeKind: ScopeKind;
  readonly level: Level;
  readonly subject?: EpisodeSubject | undefined;
  readonly simulated: boolean;
  readonly tenant?: string | undefined;
  /** What somebody else's alerting said of its alert. */
  readonly labels?: Labels | undefined;
};

/** The words that other alerting systems use for our rungs; they are PagerDuty's exact four. */
const SEVERITIES = {
  INFO: 'info',
  WARN: 'warning',
  ERROR: 'error',
  CRITICAL: 'critical',
} as const satisfies Record<Level, string>;

/** What others call a level: `info`, `warning`, `error` or `critical`. */
export const severityOf = (level: Level): (typeof SEVERITIES)[Level] => SEVERITIES[level];

/**
 * The labels of an episode at one level. An alert from outside keeps its own name as `alertname`; ours are called after
 * the kind of thing that they are about, such as `TocsinPair`.
 */
export function labelsOfEpisode(episode: Labelled): Labels {
  const { scope, scopeKind, level, subject = {}, simulated, tenant, labels: given = {} } = episode;
  const { pair, symbol, timeframe, provider, service, agent, portfolio, alertType, release, alertName } = subject;
  const named = {
    family: 'flt',
    alertname: alertName ?? `Tocsin${scopeKind.charAt(0).toUpperCase()}${scopeKind.slice(1)}`,
    severity: severityOf(level),
    level,
    scope,
    scope_kind: scopeKind,
    tenant: tenant ?? SHARED_TENANT,
    simulated: String(simulated),
    pair,
    symbol,
    timeframe,
    provider,
    service,
    agent,
    portfolio,
    alert_type: alertType,
    release,
  };
  // What an episode is does not depend on what somebody calls it, so our words come last.
  const labels: Record<string, string> = { ...given };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) labels[name] = value;
  return labels;
}

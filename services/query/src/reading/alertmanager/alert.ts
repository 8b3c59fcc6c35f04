import { labelsOfEpisode, matchesAll, type EpisodeRaised, type Labels, type Matcher } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';

/** An episode that is not over, as far as the tools of others are told of it. */
export type OpenEpisode = {
  readonly episodeId: string;
  readonly scope: string;
  readonly scopeKind: EpisodeRaised['data']['scopeKind'];
  readonly level: EpisodeRaised['data']['to'];
  readonly peak: EpisodeRaised['data']['to'];
  readonly cause: string;
  readonly openedAt: Instant;
  readonly changedAt: Instant;
  readonly acknowledged: { readonly by: string; readonly reason: string | null; readonly until: Instant } | null;
  readonly subject: NonNullable<EpisodeRaised['data']['subject']>;
  readonly tenant: string;
  /** What somebody else's alerting said of its alert. */
  readonly labels: Labels;
  readonly simulated: boolean;
  /** The channels that were told of it last, by their ids. */
  readonly toldOn: readonly string[];
};

/** A silence that holds now. */
export type ActiveSilence = { readonly silenceId: string; readonly matchers: readonly Matcher[] };

/** An alert as Alertmanager's API v2 has it (`gettableAlert`). */
export type Alert = {
  readonly annotations: Labels;
  readonly endsAt: Instant;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: Instant;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: 'active' | 'suppressed';
  };
  readonly updatedAt: Instant;
  readonly labels: Labels;
};

/** What stands beside an episode and decides whether people are told of it. */
export type Circumstances = {
  readonly now: Instant;
  readonly silences: readonly ActiveSilence[];
  /** By provider: the open episode about it. */
  readonly providersInTrouble: ReadonlyMap<string, string>;
};

/** Everything is shown here, whoever is told: the receiver that every alert has. */
export const HOUSE_RECEIVER = 'tocsin';

/** What is not over has no end; others want one, and read one that lies ahead as "still firing". */
const STILL_FIRING_MS = 300_000;

/**
 * An episode as an alert. Its fingerprint is the episode's id, so that it stays the same alert while its level changes,
 * although `severity` is a label; the next episode of the scope is another alert.
 */
export function alertOf(episode: OpenEpisode, { now, silences, providersInTrouble }: Circumstances): Alert {
  const { episodeId, scopeKind, subject, openedAt, changedAt, toldOn } = episode;
  const labels = labelsOfEpisode(episode);
  const silencedBy = silences.filter(({ matchers }) => matchesAll(matchers, labels)).map(({ silenceId }) => silenceId);
  const inhibitor = scopeKind === 'pair' ? providersInTrouble.get(subject.provider ?? '') : undefined;
  const inhibitedBy = inhibitor === undefined ? [] : [inhibitor];
  return {
    annotations: annotationsOf(episode),
    endsAt: plusMs(now, STILL_FIRING_MS),
    fingerprint: episodeId,
    receivers: [HOUSE_RECEIVER, ...toldOn].map((name) => ({ name })),
    startsAt: openedAt,
    status: { inhibitedBy, silencedBy, state: silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active' },
    updatedAt: changedAt,
    labels,
  };
}

/** The open episode about each provider, by the name of the provider. */
export const providersInTrouble = (episodes: readonly OpenEpisode[]): ReadonlyMap<string, string> =>
  new Map(
    episodes.flatMap(({ scopeKind, subject: { provider }, episodeId }) =>
      scopeKind === 'provider' && provider !== undefined ? [[provider, episodeId] as const] : [],
    ),
  );

const annotationsOf = ({ cause, peak, acknowledged }: OpenEpisode): Labels => ({
  summary: cause,
  peak,
  ...(acknowledged !== null && {
    acknowledged_by: acknowledged.by,
    acknowledged_until: acknowledged.until,
    ...(acknowledged.reason !== null && { acknowledged_because: acknowledged.reason }),
  }),
});

/** Which alerts somebody wants to see (`getAlerts`). */
export type AlertFilter = {
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly matchers: readonly Matcher[];
  /** Whether a receiver's name is meant; null where any is. */
  readonly receiver: ((name: string) => boolean) | null;
};

/** Tells whether an alert is meant; what is held back by two things at once is shown only where both are. */
export function isMeant(
  { status, labels, receivers }: Alert,
  { active, silenced, inhibited, matchers, receiver }: AlertFilter,
): boolean {
  if (!active && status.state === 'active') return false;
  if (!silenced && status.silencedBy.length > 0) return false;
  if (!inhibited && status.inhibitedBy.length > 0) return false;
  if (receiver !== null && !receivers.some(({ name }) => receiver(name))) return false;
  return matchesAll(matchers, labels);
}

/** Alerts that a receiver is told of together (`alertGroup`). */
export type AlertGroup = {
  readonly alerts: readonly Alert[];
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
};

/** What notifications are grouped by, beside the channel. */
const GROUPED_BY = ['tenant', 'scope_kind', 'provider', 'severity'] as const;

/** Groups alerts by receiver and by what a message is about; an alert stands in a group of each of its receivers. */
export function groupsOf(alerts: readonly Alert[], receiver: AlertFilter['receiver']): readonly AlertGroup[] {
  const groups = new Map<string, { alerts: Alert[]; labels: Labels; receiver: { name: string } }>();
  for (const alert of alerts)
    for (const { name } of alert.receivers) {
      if (receiver !== null && !receiver(name)) continue;
      const labels = Object.fromEntries(
        GROUPED_BY.flatMap((label) => {
          const value = alert.labels[label];
          return value === undefined ? [] : [[label, value]];
        }),
      );
      const key = JSON.stringify([name, labels]);
      const group = groups.get(key) ?? { alerts: [], labels, receiver: { name } };
      group.alerts.push(alert);
      groups.set(key, group);
    }
  return [...groups.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

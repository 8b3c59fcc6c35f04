import type {
  ChangePolicy,
  CommentEpisode,
  CreateSilence,
  EpisodeCleared,
  EpisodeCommented,
  EpisodeRaised,
  ExpireSilence,
  PolicyChanged,
  ReportAlert,
  Requested,
  ResolveEpisode,
  SilenceCreated,
  SilenceExpired,
} from '@tocsin/contracts';
import { refuse, type Instant } from '@tocsin/domain-kit';
import { EventLog, Handles, to, type EntityType, type Wiring } from '@tocsin/event-log';

type WantedSilence =
  | { readonly type: 'Create'; readonly data: SilenceCreated['data'] }
  | { readonly type: 'Expire'; readonly data: SilenceExpired['data'] };

/** A comment that no silence may have here. */
export const NOT_LIKE_THIS = 'Not like this.';

const silence: EntityType<
  WantedSilence,
  SilenceCreated | SilenceExpired,
  boolean,
  'silence-unknown' | 'silence-too-long'
> = {
  type: 'silence',
  decider: {
    initialState: () => false,
    decide({ type, data }, stands) {
      if (type === 'Expire')
        return stands ? [{ type: 'SilenceExpired', data }] : refuse('silence-unknown', 'There is none.');
      if (data.comment.startsWith(NOT_LIKE_THIS)) return refuse('silence-too-long', 'A silence lasts 30 days at most.');
      return [{ type: 'SilenceCreated', data }];
    },
    evolve: (_stands, { type }) => type === 'SilenceCreated',
  },
};

type Words = {
  readonly scope: string;
  readonly words: string;
  readonly by: string;
  readonly at: Instant;
};
type Wanted =
  | { readonly type: 'Comment' | 'Resolve'; readonly data: Words }
  | { readonly type: 'Report'; readonly data: ReportAlert['data'] & { readonly at: Instant } };

const EPISODE_ID = '3f8a1c0b92d4e6f7';

/** Everything is one short episode here. */
const episode: EntityType<Wanted, EpisodeRaised | EpisodeCleared | EpisodeCommented, null, 'episode-not-open'> = {
  type: 'episode',
  decider: {
    initialState: () => null,
    decide({ type, data }) {
      if (type === 'Report')
        return data.status === 'firing' ? [raised(data)] : [cleared(`alert-${data.fingerprint}`, data)];
      const { scope, words, by, at } = data;
      if (words === NOT_LIKE_THIS) return refuse('episode-not-open', 'Nothing is open here.');
      if (type === 'Resolve') return [cleared(scope, { at, cause: words, resolvedBy: by })];
      return [{ type: 'EpisodeCommented', data: { scope, episodeId: EPISODE_ID, by, text: words, at } }];
    },
    evolve: () => null,
  },
};

const raised = ({
  fingerprint,
  name,
  level,
  summary,
  labels,
  at,
}: ReportAlert['data'] & { at: Instant }): EpisodeRaised => ({
  type: 'EpisodeRaised',
  data: {
    ...{ scope: `alert-${fingerprint}`, scopeKind: 'alert', episodeId: fingerprint, from: 'INFO', to: level },
    ...{ cause: summary, causeEventIds: [], reopenOf: null, openedAt: at, simulated: false, labels, at },
    subject: { alertName: name },
  },
});

const cleared = (
  scope: string,
  { at, cause = 'It is over.', resolvedBy }: { at: Instant; cause?: string; resolvedBy?: string },
): EpisodeCleared => ({
  type: 'EpisodeCleared',
  data: {
    ...{ scope, scopeKind: scope.startsWith('alert-') ? 'alert' : 'pair', peak: 'WARN', durationMs: 1 },
    episodeId: scope.startsWith('alert-') ? scope.slice('alert-'.length) : EPISODE_ID,
    ...{ openedAt: at, cause, simulated: false, at, ...(resolvedBy !== undefined && { resolvedBy }) },
  },
});

type WantedPolicy = {
  readonly type: 'Change';
  readonly data: Omit<PolicyChanged['data'], 'version'> & { readonly basedOn: number | null };
};

const policy: EntityType<WantedPolicy, PolicyChanged, number, 'policy-changed-meanwhile'> = {
  type: 'policy',
  decider: {
    initialState: () => 0,
    decide({ data: { basedOn, ...data } }, version) {
      if (basedOn !== null && basedOn !== version)
        return refuse('policy-changed-meanwhile', `The newest version is ${version}.`);
      return [{ type: 'PolicyChanged', data: { ...data, version: version + 1 } }];
    },
    evolve: (_version, { data }) => data.version,
  },
};

class PeopleController {
  @Handles('ChangePolicy')
  onChangePolicy({ actor, data }: Requested<ChangePolicy>, at: Instant) {
    const { basedOn = null, ...wanted } = data;
    const policyId = `${wanted.tenant}/${wanted.kind}`;
    return to(policy, policyId, { type: 'Change', data: { ...wanted, policyId, basedOn, by: actor, at } });
  }

  @Handles('CreateSilence')
  onCreateSilence({ actor, data }: Requested<CreateSilence>, at: Instant) {
    return to(silence, data.silenceId, { type: 'Create', data: { ...data, by: actor, at } });
  }

  @Handles('ExpireSilence')
  onExpireSilence({ actor, data: { silenceId, tenant = 'shared' } }: Requested<ExpireSilence>, at: Instant) {
    return to(silence, silenceId, { type: 'Expire', data: { silenceId, tenant, by: actor, at } });
  }

  @Handles('CommentEpisode')
  onCommentEpisode({ actor, data: { scope, text } }: Requested<CommentEpisode>, at: Instant) {
    return to(episode, scope, { type: 'Comment', data: { scope, words: text, by: actor, at } });
  }

  @Handles('ResolveEpisode')
  onResolveEpisode({ actor, data: { scope, reason } }: Requested<ResolveEpisode>, at: Instant) {
    return to(episode, scope, { type: 'Resolve', data: { scope, words: reason, by: actor, at } });
  }

  @Handles('ReportAlert')
  onReportAlert({ data }: Requested<ReportAlert>, at: Instant) {
    return to(episode, `alert-${data.fingerprint}`, { type: 'Report', data: { ...data, at } });
  }
}

/** A service in the place of escalation that does what people ask of it, and watches nothing. */
export async function openPeopleDesk(wiring: Wiring): Promise<EventLog> {
  const log = new EventLog(
    { service: 'escalation', hears: ['ingestion'], entities: [silence, episode, policy], locals: [], body: null },
    wiring,
  );
  await log.open([new PeopleController()]);
  return log;
}

import { SHARED_TENANT, type AcknowledgementExpired, type EpisodeCommented } from '@tocsin/contracts';
import { plusMs, refuse, type Refusal } from '@tocsin/domain-kit';
import { isHouse } from './acknowledgement.ts';
import type { CommandData } from './episode.commands.ts';
import type { EpisodeEvent, EpisodeRefusal } from './episode.events.ts';
import { tenantOfEpisode, type Episode, type Standing } from './episode.ts';
import { clearing } from './episode.steps.ts';

type Outcome = readonly EpisodeEvent[] | Refusal<EpisodeRefusal>;

/** The open episode of a scope, as far as it is of whoever asks. */
const openFor = (tenant: string, { standing }: Episode): Extract<Standing, { status: 'open' }> | null =>
  standing.status === 'open' && tenantOfEpisode(standing.about) === tenant ? standing : null;

/** Why there is none: what is another tenant's is not there for them; what is everybody's they see, and ask as everybody. */
function noneFor(verb: string, scope: string, { standing }: Episode): Refusal<EpisodeRefusal> {
  return standing.status === 'open' && tenantOfEpisode(standing.about) === SHARED_TENANT
    ? everybodys(scope)
    : refuse('episode-not-open', `There is nothing to ${verb} at ${scope}.`);
}

const everybodys = (scope: string): Refusal<EpisodeRefusal> =>
  refuse('episode-is-shared', `What happens at ${scope} is everybody’s: ask for it as ${SHARED_TENANT}.`);

/** Somebody takes an episode on: its repeats stop, and a higher rung is told all the same. */
export function acknowledge(
  { scope, tenant, by, reason, ttlMs, at }: CommandData<'AcknowledgeEpisode'>,
  episode: Episode,
): Outcome {
  if (isHouse(by)) return refuse('acknowledged-by-the-house', 'Only a person can say that somebody has seen it.');
  const standing = openFor(tenant, episode);
  if (standing === null) return noneFor('acknowledge', scope, episode);
  const { episodeId, acknowledged, level, about } = standing;
  const { criticalMs, otherMs, maxMs } = standing.terms.acknowledgement;
  const holdsMs = ttlMs ?? Math.min(level === 'CRITICAL' ? criticalMs : otherMs, maxMs);
  if (holdsMs > maxMs)
    return refuse('acknowledgement-too-long', `An acknowledgement holds for at most ${maxMs / 3_600_000} hours.`);
  const until = plusMs(at, holdsMs);
  if (acknowledged?.by === by && acknowledged.until === until) return [];
  return [{ type: 'EpisodeAcknowledged', data: { ...ofTenant(about), scope, episodeId, by, reason, until, at } }];
}

/** An acknowledgement that was not prolonged has run out. */
export function expire(
  { scope, at }: CommandData<'ExpireAcknowledgement'>,
  { standing }: Episode,
): readonly AcknowledgementExpired[] {
  if (standing.status === 'quiet' || standing.acknowledged === null || standing.acknowledged.until > at) return [];
  const { episodeId, acknowledged, about } = standing;
  return [{ type: 'AcknowledgementExpired', data: { ...ofTenant(about), scope, episodeId, by: acknowledged.by, at } }];
}

/** Somebody ends an episode that will not end by itself, or that was none. */
export function resolve({ scope, tenant, by, reason, at }: CommandData<'ResolveEpisode'>, episode: Episode): Outcome {
  if (isHouse(by)) return refuse('resolved-by-the-house', 'What the house ends, it ends because the trouble is over.');
  const standing = openFor(tenant, episode);
  if (standing === null) return noneFor('resolve', scope, episode);
  return clearing({ ...standing.about, scope, cause: reason, resolvedBy: by, at }, episode);
}

/** Somebody has something to say, also afterwards: what was learnt belongs to the episode that it was learnt from. */
export function comment(
  { scope, tenant, by, text, at }: CommandData<'CommentEpisode'>,
  episode: Episode,
): readonly EpisodeCommented[] | Refusal<EpisodeRefusal> {
  const { standing } = episode;
  const about = standing.status === 'open' ? standing.about : standing.last;
  const episodeId = standing.status === 'open' ? standing.episodeId : standing.last?.episodeId;
  const owner = episodeId === undefined || about === null ? null : tenantOfEpisode(about);
  if (episodeId === undefined || about === null || owner !== tenant)
    return owner === SHARED_TENANT
      ? everybodys(scope)
      : refuse('episode-unknown', `There has been no episode of ${scope}.`);
  return [{ type: 'EpisodeCommented', data: { ...ofTenant(about), scope, episodeId, by, text, at } }];
}

const ofTenant = ({ tenant }: { readonly tenant?: string | null | undefined }): { readonly tenant?: string } =>
  tenant === undefined || tenant === null ? {} : { tenant };

import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
  VerdictCounted,
} from '@tocsin/contracts';
import { msBetween, plusMs, refuse, type Decider, type Instant, type Refusal } from '@tocsin/domain-kit';
import { ACKNOWLEDGEMENT_MS_MAX, acknowledgementMsFor, isHouse } from './acknowledgement.ts';
import { badBarsOf, forgotten, isNews, tallyOf, withBar, withRaised } from './bar-record.ts';
import type { EpisodeCommand, Report } from './episode.commands.ts';
import { levelOf, QUIET, type Episode, type Scope } from './episode.ts';
import { isAbove, rungTowards } from './level.ts';
import { causeOf, isRecovered, levelFor } from './tally.ts';

export type EpisodeEvent =
  VerdictCounted | EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

export type EpisodeRefusal = 'episode-not-open' | 'acknowledged-by-the-house' | 'acknowledgement-too-long';

type CommandData<Type extends EpisodeCommand['type']> = Extract<EpisodeCommand, { type: Type }>['data'];

/** An episode that comes back so soon is the same trouble: notification tells people only if it gets worse than before. */
const REOPEN_WITHIN_MS = 900_000;

export const episodeDecider: Decider<EpisodeCommand, EpisodeEvent, Episode, EpisodeRefusal> = {
  initialState: () => QUIET,

  decide(command, episode) {
    switch (command.type) {
      case 'CountVerdicts':
        return count(command.data, episode);
      case 'ReportAilment':
        return report(command.data, episode);
      case 'ObserveHealth':
        return observe(command.data, episode);
      case 'AcknowledgeEpisode':
        return acknowledge(command.data, episode);
      case 'ExpireAcknowledgement':
        return expire(command.data, episode);
    }
  },

  evolve,
};

function evolve(episode: Episode, { type, data }: EpisodeEvent): Episode {
  const { standing, bars } = episode;
  switch (type) {
    case 'VerdictCounted': {
      const { barCloseAt, verdict, causeEventIds } = data;
      return { standing, bars: withBar(bars, { barCloseAt, verdict, causeEventIds }) };
    }
    case 'EpisodeRaised': {
      const { episodeId, to: level, openedAt, reopenOf, causeEventIds } = data;
      const acknowledged = standing.status === 'open' ? standing.acknowledged : null;
      return {
        standing: { status: 'open', episodeId, level, openedAt, reopenOf, acknowledged },
        bars: withRaised(bars, causeEventIds.at(-1)),
      };
    }
    case 'EpisodeCleared': {
      const last = { episodeId: data.episodeId, clearedAt: data.at };
      // What ended for another reason than good bars is no beginning of the next story.
      return { standing: { status: 'quiet', last }, bars: isRecovered(tallyOf(bars)) ? bars : forgotten(bars) };
    }
    case 'EpisodeAcknowledged': {
      if (standing.status === 'quiet') return episode;
      const { by, at, until } = data;
      return { standing: { ...standing, acknowledged: { by, at, until } }, bars };
    }
    case 'AcknowledgementExpired':
      return standing.status === 'quiet' ? episode : { standing: { ...standing, acknowledged: null }, bars };
  }
}

/** Counts bars one after the other; each may move the ladder by one rung, or end the episode. */
function count(
  { bars, isBreakerOpen, ...about }: CommandData<'CountVerdicts'>,
  before: Episode,
): readonly EpisodeEvent[] {
  const said: EpisodeEvent[] = [];
  let episode = before;
  const say = (event: EpisodeEvent): void => {
    said.push(event);
    episode = evolve(episode, event);
  };
  for (const { episodeId, at, ...bar } of bars) {
    if (!isNews(episode.bars, bar)) continue;
    const tally = tallyOf(withBar(episode.bars, bar));
    say({ type: 'VerdictCounted', data: { scope: about.scope, ...bar, ...tally, at } });
    const target = levelFor(tally);
    const against = badBarsOf(episode.bars);
    const isRungLeft = against.some(({ barCloseAt, hasRaised }) => barCloseAt === bar.barCloseAt && !hasRaised);
    if (isRungLeft && isAbove(target, levelOf(episode))) {
      // The bar that tips the scale comes last; by it the record remembers which bar has had its rung.
      const others = against.filter(({ barCloseAt }) => barCloseAt !== bar.barCloseAt);
      const causeEventIds = [...others, bar].flatMap((other) => other.causeEventIds);
      const level = rungTowards(target, levelOf(episode));
      say(raised({ ...about, level, cause: causeOf(tally), causeEventIds, episodeId, at }, episode));
    }
    if (isRecovered(tally) && !isBreakerOpen)
      clearing(about, `${tally.good} good bars in a row.`, at, episode).forEach(say);
  }
  return said;
}

/** What is not a matter of bars goes straight to the level of what is wrong. */
const report = (data: Report, episode: Episode): readonly EpisodeEvent[] =>
  isAbove(data.level, levelOf(episode)) ? [raised(data, episode)] : [];

/** A lesser trouble that outlasts a greater one is an episode of its own: nobody stays at a level that is over. */
function observe(data: Report, episode: Episode): readonly EpisodeEvent[] {
  if (!isAbove(levelOf(episode), data.level)) return report(data, episode);
  const cause = data.level === 'INFO' ? data.cause : `Of all that was wrong, this is left: ${data.cause}`;
  const cleared = clearing(data, cause, data.at, episode);
  return [...cleared, ...report(data, cleared.reduce(evolve, episode))];
}

function acknowledge(
  { scope, by, reason, ttlMs, at }: CommandData<'AcknowledgeEpisode'>,
  { standing }: Episode,
): readonly EpisodeEvent[] | Refusal<EpisodeRefusal> {
  if (isHouse(by)) return refuse('acknowledged-by-the-house', 'Only a person can say that somebody has seen it.');
  if (standing.status === 'quiet') return refuse('episode-not-open', `There is nothing to acknowledge at ${scope}.`);
  const holdsMs = ttlMs ?? acknowledgementMsFor(standing.level);
  if (holdsMs > ACKNOWLEDGEMENT_MS_MAX)
    return refuse('acknowledgement-too-long', 'An acknowledgement holds for at most 72 hours.');
  const until = plusMs(at, holdsMs);
  const { episodeId, acknowledged } = standing;
  if (acknowledged?.by === by && acknowledged.until === until) return [];
  return [{ type: 'EpisodeAcknowledged', data: { scope, episodeId, by, reason, until, at } }];
}

function expire(
  { scope, at }: CommandData<'ExpireAcknowledgement'>,
  { standing }: Episode,
): readonly AcknowledgementExpired[] {
  if (standing.status === 'quiet' || standing.acknowledged === null || standing.acknowledged.until > at) return [];
  const { episodeId, acknowledged } = standing;
  return [{ type: 'AcknowledgementExpired', data: { scope, episodeId, by: acknowledged.by, at } }];
}

/** The rise to a level: of the open episode, or of a new one that begins with it. */
function raised({ level, episodeId, ...rest }: Report, { standing }: Episode): EpisodeRaised {
  const { scope, scopeKind, subject, simulated, cause, causeEventIds, at } = rest;
  const common = { scope, scopeKind, subject, simulated, to: level, cause, causeEventIds, at };
  if (standing.status === 'open') {
    const { level: from, openedAt, reopenOf } = standing;
    return { type: 'EpisodeRaised', data: { ...common, episodeId: standing.episodeId, from, reopenOf, openedAt } };
  }
  const { last } = standing;
  const reopenOf = last !== null && msBetween(last.clearedAt, at) < REOPEN_WITHIN_MS ? last.episodeId : null;
  return { type: 'EpisodeRaised', data: { ...common, episodeId, from: 'INFO', reopenOf, openedAt: at } };
}

/** The end of the episode, if there is one. */
function clearing(
  { scope, scopeKind, simulated }: Scope,
  cause: string,
  at: Instant,
  { standing }: Episode,
): readonly EpisodeCleared[] {
  if (standing.status === 'quiet') return [];
  const { episodeId, level: peak, openedAt } = standing;
  // Facts of two lanes have no common order of time, so an end may be timed before its beginning.
  const durationMs = Math.max(0, msBetween(openedAt, at));
  return [
    {
      type: 'EpisodeCleared',
      data: { scope, scopeKind, episodeId, peak, durationMs, openedAt, cause, simulated, at },
    },
  ];
}

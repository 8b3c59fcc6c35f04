import { plusMs, type Decider } from '@tocsin/domain-kit';
import { badBarsOf, isNews, tallyOf, withBar } from './bar-record.ts';
import type { CommandData, EpisodeCommand } from './episode.commands.ts';
import type { EpisodeEvent, EpisodeRefusal } from './episode.events.ts';
import { acknowledge, comment, expire, resolve } from './episode.people.ts';
import { climb, clearing, observe, raised } from './episode.steps.ts';
import { evolve, levelOf, QUIET, SAME_DAY_MS, type Episode } from './episode.ts';
import { higherOf, isAbove, rungTowards } from './level.ts';
import { causeOf, isRecovered, levelFor } from './tally.ts';

export const episodeDecider: Decider<EpisodeCommand, EpisodeEvent, Episode, EpisodeRefusal> = {
  initialState: () => QUIET,

  decide(command, episode) {
    switch (command.type) {
      case 'CountVerdicts':
        return count(command.data, episode);
      case 'ReportAilment':
        return climb(command.data, episode);
      case 'ObserveHealth':
        return observe(command.data, episode);
      case 'WatchBreaker':
        return watchBreaker(command.data, episode);
      case 'LoseBreakerPatience':
        return loseBreakerPatience(command.data, episode);
      case 'ReportProvider':
        return reportProvider(command.data, episode);
      case 'ReportRepeatable':
        return reportRepeatable(command.data, episode);
      case 'AcknowledgeEpisode':
        return acknowledge(command.data, episode);
      case 'ExpireAcknowledgement':
        return expire(command.data, episode);
      case 'ResolveEpisode':
        return resolve(command.data, episode);
      case 'CommentEpisode':
        return comment(command.data, episode);
    }
  },

  evolve,
};

/** Counts bars one after the other; each may move the ladder by one rung, or end the episode. */
function count(
  { bars, isBreakerOpen, terms: inForce, ...about }: CommandData<'CountVerdicts'>,
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
    const terms = episode.standing.status === 'open' ? episode.standing.terms : inForce;
    const tally = tallyOf(withBar(episode.bars, bar));
    say({ type: 'VerdictCounted', data: { scope: about.scope, ...bar, ...tally, at } });
    const target = levelFor(tally, terms.pair);
    const against = badBarsOf(episode.bars);
    const isRungLeft = against.some(({ barCloseAt, hasRaised }) => barCloseAt === bar.barCloseAt && !hasRaised);
    if (isRungLeft && isAbove(target, levelOf(episode))) {
      // The bar that tips the scale comes last; by it the record remembers which bar has had its rung.
      const others = against.filter(({ barCloseAt }) => barCloseAt !== bar.barCloseAt);
      const causeEventIds = [...others, bar].flatMap((other) => other.causeEventIds);
      const level = rungTowards(target, levelOf(episode));
      say(raised({ ...about, level, cause: causeOf(tally), causeEventIds, episodeId, terms, at }, episode));
    }
    if (isRecovered(tally, terms.pair) && !isBreakerOpen)
      clearing({ ...about, cause: `${tally.good} good bars in a row.`, at }, episode).forEach(say);
  }
  return said;
}

/**
 * While its breaker is open a pair is at ERROR at least, and CRITICAL once that has lasted for too long: that moment is
 * remembered, and comes by itself. A provider that is tried again may be over it, so meanwhile nobody waits.
 */
function watchBreaker(
  { breaker, ...occasion }: CommandData<'WatchBreaker'>,
  episode: Episode,
): readonly EpisodeEvent[] {
  const { scope, terms: inForce, at } = occasion;
  if (breaker.status !== 'open') {
    const provider = breaker.status === 'half-open' ? breaker.provider : null;
    const stopped: EpisodeEvent = {
      type: 'BreakerAwaited',
      data: { scope, provider, openSince: null, criticalAt: null, at },
    };
    const tried = breaker.status === 'half-open' ? climb({ ...occasion, level: 'WARN' }, episode) : [];
    return [...(episode.breaker === null ? [] : [stopped]), ...tried];
  }
  const { provider, openSince, openMs } = breaker;
  const terms = episode.standing.status === 'open' ? episode.standing.terms : inForce;
  const known = episode.breaker?.provider === provider ? episode.breaker.criticalAt : null;
  // Of one whose beginning nobody remembers, it began when it was first told of here.
  const criticalAt =
    openSince === null && known !== null
      ? known
      : plusMs(openSince ?? at, Math.max(terms.pair.breakerCriticalMs, 2 * openMs));
  const isKnown = known === criticalAt;
  const awaited: EpisodeEvent = { type: 'BreakerAwaited', data: { scope, provider, openSince, criticalAt, at } };
  const level = criticalAt <= at ? 'CRITICAL' : 'ERROR';
  return [...(isKnown ? [] : [awaited]), ...climb({ ...occasion, level }, episode)];
}

function loseBreakerPatience(
  { scope, at }: CommandData<'LoseBreakerPatience'>,
  episode: Episode,
): readonly EpisodeEvent[] {
  const { standing, breaker } = episode;
  if (standing.status === 'quiet' || breaker === null || breaker.criticalAt > at) return [];
  const { about, episodeId, terms } = standing;
  const cause = `${breaker.provider ?? 'Its provider'} has been left alone for too long: its breaker for this pair is still open.`;
  const { subject, ...rest } = about;
  const report = {
    ...rest,
    // It is that provider whose trouble may keep this back from people, and must not be lost in it.
    subject: { ...subject, ...(breaker.provider === null ? {} : { provider: breaker.provider }) },
    scope,
    level: 'CRITICAL',
    cause,
    causeEventIds: [],
    episodeId,
    terms,
    at,
  } as const;
  return climb(report, episode);
}

/** The longer a provider is in trouble the worse it is, and never less than the worst of its pairs. */
function reportProvider(
  { boundaries, floor, ...occasion }: CommandData<'ReportProvider'>,
  episode: Episode,
): readonly EpisodeEvent[] {
  const { provider } = episode.standing.status === 'open' ? episode.standing.terms : occasion.terms;
  const byTime =
    boundaries >= provider.criticalBoundaries ? 'CRITICAL' : boundaries >= provider.errorBoundaries ? 'ERROR' : 'WARN';
  return climb({ ...occasion, level: higherOf(byTime, floor) }, episode);
}

/** Within a day of the first, only what is graver than anything that was told is told again. */
function reportRepeatable(data: CommandData<'ReportRepeatable'>, episode: Episode): readonly EpisodeEvent[] {
  const { standing } = episode;
  const earlier = standing.status === 'quiet' ? standing.last?.sameDay : undefined;
  const isSameDay = earlier !== undefined && data.at < plusMs(earlier.since, SAME_DAY_MS);
  return isSameDay && !isAbove(data.level, earlier.peak) ? [] : climb(data, episode);
}

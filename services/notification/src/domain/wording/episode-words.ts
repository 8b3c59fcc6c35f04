import type { EpisodeAcknowledgedData, EpisodeRaisedData } from '@tocsin/contracts';
import type { End } from '../notices/outrun.ts';
import { plainText } from '@tocsin/domain-kit';
import { MEANING } from './meanings.ts';
import { CHARS_MAX, factsOf, lasting, mark, sentences, SIMULATED, spoken, type Wording } from './phrases.ts';

/** Says what happened, since when, how bad it is and what that means. */
export function wordsForRaise(raised: EpisodeRaisedData): Wording {
  const { to, from, cause, openedAt, at, scopeKind, episodeId, scope, simulated, subject } = raised;
  const about = aboutOf(raised);
  const isNew = openedAt === at;
  return {
    title: plainText(`${to}: ${about}${mark(simulated)}`, CHARS_MAX.title),
    text: sentences(
      `${about}: ${plainText(cause, CHARS_MAX.cause)}`,
      isNew ? `${to} since ${spoken(at)}` : `${to} (was ${from}) since ${spoken(at)}; it began at ${spoken(openedAt)}`,
      MEANING[scopeKind][to],
      simulated && SIMULATED,
    ),
    facts: factsOf({ about, scope, episode: episodeId, level: to, since: openedAt, asOf: at, ...subject }),
  };
}

/**
 * Says that it is over, how long it lasted and how bad it was; `about` is what the raise called the thing. That a person
 * ended it does not say that it works.
 */
export function wordsForClearing(cleared: End, about: string): Wording {
  const { cause, openedAt, at, peak, durationMs, episodeId, scope, simulated, resolvedBy } = cleared;
  const why = plainText(cause, CHARS_MAX.cause);
  return {
    title: plainText(
      `${resolvedBy === undefined ? 'Restored' : 'Resolved'}: ${about}${mark(simulated)}`,
      CHARS_MAX.title,
    ),
    text: sentences(
      resolvedBy === undefined
        ? `${about} works again: ${why}`
        : `${plainText(resolvedBy, CHARS_MAX.about / 2)} has ended the episode of ${about}: ${why}`,
      `It lasted ${lasting(durationMs)}, from ${spoken(openedAt)} to ${spoken(at)}, and reached ${peak}`,
      simulated && SIMULATED,
    ),
    facts: factsOf({ about, scope, episode: episodeId, level: 'INFO', peak, since: openedAt, asOf: at, resolvedBy }),
  };
}

/** Says who has taken it on, until when and why. */
export function wordsForAcknowledgement(
  { scope, episodeId, by, until, reason, at }: EpisodeAcknowledgedData,
  about: string,
  simulated: boolean,
): Wording {
  const who = plainText(by, CHARS_MAX.about / 2);
  return {
    title: plainText(`Acknowledged: ${about}${mark(simulated)}`, CHARS_MAX.title),
    text: sentences(
      `${who} has taken on ${about}: ${plainText(reason, CHARS_MAX.cause)}`,
      `It is not told again until ${spoken(until)} unless it gets worse`,
      simulated && SIMULATED,
    ),
    facts: factsOf({ about, scope, episode: episodeId, by, until, asOf: at }),
  };
}

/** What people call the thing: `EURUSD 15m`, `provider kraken`, `service analysis`. */
export function aboutOf({ scope, scopeKind, subject }: EpisodeRaisedData): string {
  const key = scope.slice(scopeKind.length + 1);
  const { symbol, timeframe, portfolio, alertType, alertName } = subject ?? {};
  const named =
    scopeKind === 'pair'
      ? symbol !== undefined && timeframe !== undefined
        ? `${symbol} ${timeframe}`
        : key
      : scopeKind === 'portfolio' && portfolio !== undefined && alertType !== undefined
        ? `portfolio ${portfolio}, ${alertType.replaceAll('_', ' ')}`
        : `${scopeKind} ${alertName ?? key}`;
  return plainText(named, CHARS_MAX.about);
}

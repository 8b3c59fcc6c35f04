import type { EpisodeClearedData, EpisodeRaisedData, Level, ScopeKind } from '@tocsin/contracts';
import { plainText, type Instant } from '@tocsin/domain-kit';

/** What people read. `facts` are names and values to show beside the text. */
export type Wording = {
  readonly title: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
};

/** Bounds of the schema of `DeliveryIntended`; a cause may be as long as a whole text, so it gives way. */
const CHARS_MAX = { title: 200, cause: 1_000, fact: 500 };

/** What each level means for whoever relies on the thing; the cause says what happened. */
const MEANING: Readonly<Record<ScopeKind, Readonly<Record<Level, string>>>> = {
  pair: {
    INFO: 'Nothing has to be done.',
    WARN: 'A bar is missing or could not be analysed; the latest analysis may be a bar old.',
    ERROR: 'The pair is out of date: its latest analysis rests on an old bar.',
    CRITICAL: 'The pair is blind: rely on nothing that is said about it until two good bars have come in.',
  },
  provider: {
    INFO: 'Nothing has to be done.',
    WARN: 'Many pairs of this provider are not fresh.',
    ERROR: 'Pairs of this provider are out of date.',
    CRITICAL: 'Pairs of this provider are blind: rely on none of them.',
  },
  service: {
    INFO: 'Nothing has to be done.',
    WARN: 'A part of its work is set aside and waits for a person.',
    ERROR: 'Its work is late; it may come back by itself.',
    CRITICAL: 'Its work is not being done; a person has to look.',
  },
  agent: {
    INFO: 'Nothing has to be done.',
    WARN: 'Its tasks go to others.',
    ERROR: 'Tasks wait for it: nobody else can do them.',
    CRITICAL: 'Tasks wait for it, and a person has to look.',
  },
  portfolio: {
    INFO: 'A limit is close; nothing has to be done.',
    WARN: 'A limit is broken by a little.',
    ERROR: 'A limit is broken clearly; look at the positions.',
    CRITICAL: 'A limit is broken by far; a person has to decide what to do.',
  },
  release: {
    INFO: 'Nothing has to be done.',
    WARN: 'A step of the release is late.',
    ERROR: 'The release stands still.',
    CRITICAL: 'What is live may be wrong; a person has to look.',
  },
  alert: {
    INFO: 'Somebody else’s alerting says so; nothing has to be done.',
    WARN: 'Somebody else’s alerting warns.',
    ERROR: 'Somebody else’s alerting reports a failure.',
    CRITICAL: 'Somebody else’s alerting calls for a person.',
  },
};

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

/** Says that it is over, how long it lasted and how bad it was; `about` is what the raise called the thing. */
export function wordsForClearing(cleared: EpisodeClearedData, about: string): Wording {
  const { cause, openedAt, at, peak, durationMs, episodeId, scope, simulated } = cleared;
  return {
    title: plainText(`Restored: ${about}${mark(simulated)}`, CHARS_MAX.title),
    text: sentences(
      `${about} works again: ${plainText(cause, CHARS_MAX.cause)}`,
      `It lasted ${lasting(durationMs)}, from ${spoken(openedAt)} to ${spoken(at)}, and reached ${peak}`,
      simulated && SIMULATED,
    ),
    facts: factsOf({ about, scope, episode: episodeId, level: 'INFO', peak, since: openedAt, asOf: at }),
  };
}

const SIMULATED = 'The source is simulated: no real market is concerned';

const mark = (simulated: boolean): string => (simulated ? ' (simulated)' : '');

/** What people call the thing: `EURUSD 15m`, `provider kraken`, `service analysis`. */
function aboutOf({ scope, scopeKind, subject }: EpisodeRaisedData): string {
  const key = scope.slice(scopeKind.length + 1);
  if (scopeKind !== 'pair') return `${scopeKind} ${key}`;
  return subject?.symbol !== undefined && subject.timeframe !== undefined
    ? `${subject.symbol} ${subject.timeframe}`
    : key;
}

/** Sentences end once, however their parts were written. */
const sentences = (...parts: readonly (string | false)[]): string =>
  parts
    .filter((part) => part !== false)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ');

const spoken = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** The two largest units that count, such as `1 h 15 min`; less than a second is `0 s`. */
function lasting(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function factsOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) facts[name] = plainText(value, CHARS_MAX.fact);
  }
  return facts;
}

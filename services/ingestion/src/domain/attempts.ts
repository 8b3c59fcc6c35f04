import type { AttemptFailed } from '@tocsin/contracts';
import { plainText, refuse, type Instant, type Refusal } from '@tocsin/domain-kit';
import { nominalBarMs } from './bar-grid.ts';
import { breakerOf } from './breaker.ts';
import { openIfDue } from './breaking.ts';
import type { ObserveFailure, ObserveGarbage } from './feed.commands.ts';
import { evolveAll } from './feed.memory.ts';
import { cadenceOf, named, type Calendars, type KnownFeed, type KnownFeedEvent } from './feed.ts';
import { quarantine } from './put-aside.ts';
import { ATTEMPTS_MAX, retryAt } from './retry.ts';

type Decision = readonly KnownFeedEvent[] | Refusal<'attempts-exhausted'>;

/** An attempt at a bar failed: it is tried again, or given up; enough of that opens the provider's breaker. */
export function observeFailure(data: ObserveFailure['data'], feed: KnownFeed, calendars: Calendars): Decision {
  const { provider, failure, at } = data;
  const cadence = cadenceOf(feed.definition, calendars);
  if (provider !== feed.provider) return endFailedTrial(feed, provider, calendars, at);
  const failed = failAttempt(data, failure, feed, calendars);
  if (failed === null) return exhausted(data.barCloseAt);
  return [failed, ...openIfDue(evolveAll(feed, [failed]), provider, cadence, at)];
}

/** An attempt brought no bars but something else: bad data, and a failed attempt. */
export function observeGarbage(data: ObserveGarbage['data'], feed: KnownFeed, calendars: Calendars): Decision {
  const { body, provider, at } = data;
  if (provider !== feed.provider) return endFailedTrial(feed, provider, calendars, at);
  const detail = /^\s*<(?:!doctype|html)/i.test(body) ? 'HTML where bars were expected' : 'no table of bars';
  const message = `The provider answered with ${detail}.`;
  const failure = { failureSource: 'bad_output', errorCode: 'BAD_DATA', message, retryAfterMs: null } as const;
  const failed = failAttempt(data, failure, feed, calendars);
  if (failed === null) return exhausted(data.barCloseAt);
  const quarantined = quarantine(
    { bar: { openAt: null, raw: body }, provider, at },
    { reason: 'NOT_TABULAR', detail },
    null,
    feed,
  );
  const said = [quarantined, failed];
  const cadence = cadenceOf(feed.definition, calendars);
  return [...said, ...openIfDue(evolveAll(feed, said), provider, cadence, at)];
}

const exhausted = (barCloseAt: Instant): Refusal<'attempts-exhausted'> =>
  refuse('attempts-exhausted', `All attempts at the bar of ${barCloseAt} have been made.`);

/** A provider that is not the active one is asked only on trial, so a failure can only end that. */
const endFailedTrial = (
  feed: KnownFeed,
  provider: string,
  calendars: Calendars,
  at: Instant,
): readonly KnownFeedEvent[] =>
  breakerOf(feed.breakers, provider).status === 'half-open'
    ? openIfDue(feed, provider, cadenceOf(feed.definition, calendars), at)
    : [];

function failAttempt(
  { barCloseAt, jitter, at }: (ObserveFailure | ObserveGarbage)['data'],
  { retryAfterMs, ...failure }: ObserveFailure['data']['failure'],
  feed: KnownFeed,
  calendars: Calendars,
): AttemptFailed | null {
  const { attempts, definition } = feed;
  const before = attempts?.barCloseAt === barCloseAt ? attempts : { failed: 0, firstAt: at, retryAt: at };
  if (before.retryAt === null) return null;
  const { calendar, timeframe } = cadenceOf(definition, calendars);
  const attempt = before.failed + 1;
  const barMs = nominalBarMs(calendar, timeframe);
  // A trial is one attempt, and what was refused for good is not asked for again.
  const isLast = failure.errorCode === 'REFUSED' || breakerOf(feed.breakers, feed.provider).status !== 'closed';
  const next = isLast ? null : retryAt({ attempt, firstAt: before.firstAt, at, barMs, jitter, retryAfterMs });
  return {
    type: 'AttemptFailed',
    data: {
      ...named(feed),
      barCloseAt,
      attempt,
      attemptsMax: ATTEMPTS_MAX,
      exhausted: next === null,
      retryAt: next,
      ...failure,
      message: plainText(failure.message) || 'The provider said nothing.',
      at,
    },
  };
}

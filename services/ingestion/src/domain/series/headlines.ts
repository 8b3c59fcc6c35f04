import type { HeadlineObserved } from '@tocsin/contracts';
import { earlierOf, epochMs, instant, laterOf, type Instant } from '@tocsin/domain-kit';
import { digestOf } from '../digest.ts';
import type { ObserveHeadlines, TopicSeries } from './series.ts';

/** So many headlines are remembered, by 19 bytes each: 3.8 KB of a state. */
export const RECENT_HEADLINES_MAX = 200;

const MINUTE_MS = 60_000;
/** Minutes since the epoch in base 36: enough for four thousand years. */
const MINUTE_CHARS = 6;
const DIGEST_CHARS = 10;

const NOTHING_TOLD: TopicSeries = { kind: 'topic', newestAt: null, forgottenAt: null, recent: [] };

/**
 * Says the headlines whose address is not known, in the order in which they were published. Those from before the newest
 * that is forgotten were told, or come so late that nobody could tell whether they were.
 */
export function observeHeadlines(
  { topic, provider, headlines, at }: ObserveHeadlines['data'],
  { forgottenAt, recent }: TopicSeries = NOTHING_TOLD,
): readonly HeadlineObserved[] {
  const told = new Set(recent.map((entry) => entry.slice(MINUTE_CHARS)));
  const said: HeadlineObserved[] = [];
  const ordered = [...headlines].sort((one, other) =>
    one.publishedAt === other.publishedAt ? 0 : one.publishedAt < other.publishedAt ? -1 : 1,
  );
  for (const { title, summary, url, outlet, publishedAt } of ordered) {
    const digest = shortDigestOf(url);
    if (told.has(digest) || (forgottenAt !== null && minuteOf(publishedAt) <= forgottenAt)) continue;
    told.add(digest);
    said.push({
      type: 'HeadlineObserved',
      data: { topic, provider, title, summary, url, outlet, publishedAt, isUntrusted: true, at },
    });
  }
  return said;
}

export function rememberHeadline(
  { data: { url, publishedAt, at } }: HeadlineObserved,
  { newestAt, forgottenAt, recent }: TopicSeries = NOTHING_TOLD,
): TopicSeries {
  // A date in the future must not hide what is published until then.
  const when = earlierOf(publishedAt, at);
  const entries = [...recent, `${codeOf(minuteOf(when))}${shortDigestOf(url)}`];
  const forgotten = entries
    .slice(0, Math.max(0, entries.length - RECENT_HEADLINES_MAX))
    .map((entry) => minuteFrom(entry.slice(0, MINUTE_CHARS)));
  return {
    kind: 'topic',
    newestAt: newestAt === null ? when : laterOf(newestAt, when),
    forgottenAt: forgotten.reduce<Instant | null>(
      (newest, minute) => (newest === null ? minute : laterOf(newest, minute)),
      forgottenAt,
    ),
    recent: entries.slice(-RECENT_HEADLINES_MAX),
  };
}

const shortDigestOf = (url: string): string => digestOf(url).slice(-DIGEST_CHARS);

const minuteOf = (at: Instant): Instant => instant(Math.floor(epochMs(at) / MINUTE_MS) * MINUTE_MS);

const codeOf = (minute: Instant): string =>
  Math.max(0, epochMs(minute) / MINUTE_MS)
    .toString(36)
    .padStart(MINUTE_CHARS, '0');

const minuteFrom = (code: string): Instant => instant(Number.parseInt(code, 36) * MINUTE_MS);

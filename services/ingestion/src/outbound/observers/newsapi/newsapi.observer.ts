import type { NewsapiObservation } from '@tocsin/contracts';
import { laterOf, plusMs, type Instant } from '@tocsin/domain-kit';
import { withoutSecrets } from '@tocsin/outbound';
import { DAY_MS } from '../../../domain/calendars/calendar-day.ts';
import type { Headline, Series } from '../../../domain/series/series.ts';
import { addressOf } from '../../providers/paged.adapter.ts';
import type { Known, Observed, Observer, ObserverKind, ObserverSettings } from '../observer.ts';
import { failed, failedBy, garbled, replyIn, type Reading } from '../telling.ts';
import { readNewsapi, type NewsPage } from './newsapi.reading.ts';

const PROVIDER = 'newsapi';
const PAGE_ARTICLES = 100;
const PAGES_MAX = 5;
/** Articles come into the index in no strict order; so far back they are asked for again. */
const LATE_MS = 3_600_000;
/** Who pays nothing is refused whatever asks for more than a month. */
const HISTORY_DAYS = 29;

/** Beyond the pages that a plan includes, NewsAPI asks for an upgrade. */
const UPGRADE_REQUIRED = 426;

/** Codes of NewsAPI after which asking again soon may help. */
const ABOUT_THE_MOMENT: ReadonlySet<string> = new Set(['rateLimited', 'unexpectedError']);
/** What NewsAPI wants when it is asked too often but does not say for how long: its limits are by the half day. */
const LIMITED_MS = 900_000;

type Failed = Extract<Observed, { readonly kind: 'failure' }>;

/** Watches headlines about a topic. */
class NewsapiObserver implements Observer {
  readonly provider = PROVIDER;
  readonly keys: readonly [string];
  readonly #watched: NewsapiObservation;
  readonly #settings: ObserverSettings;

  constructor(watched: NewsapiObservation, settings: ObserverSettings) {
    this.#watched = watched;
    this.#settings = settings;
    this.keys = [`${PROVIDER}-${watched.topic}`];
  }

  async observe(known: Known, at: Instant): Promise<Observed> {
    const [key] = this.keys;
    const from = fromOf(known.get(key), at);
    const headlines: Headline[] = [];
    let unreadable = 0;
    // A topic that is new begins with its newest page: what was before is no news.
    for (let page = 1; page <= (from === null ? 1 : PAGES_MAX); page += 1) {
      const came = await this.#page(page, from);
      if (came === 'no-more') break;
      if (came.kind === 'failure') return came;
      headlines.push(...came.told.headlines);
      unreadable += came.unreadable;
      if (came.told.articles < PAGE_ARTICLES) break;
    }
    const command = { type: 'ObserveHeadlines', data: { topic: key, provider: PROVIDER, headlines, at } } as const;
    return { kind: 'seen', sights: [{ key, command }], unreadable };
  }

  async #page(
    page: number,
    from: Instant | null,
  ): Promise<Extract<Reading<NewsPage>, { readonly kind: 'told' }> | Failed | 'no-more'> {
    const { caller, url, key } = this.#settings;
    const { query, language = 'en' } = this.#watched;
    const address = addressOf(url, '/v2/everything', {
      q: query,
      ...(from !== null && { from: from.slice(0, 19) }),
      language,
      sortBy: 'publishedAt',
      pageSize: PAGE_ARTICLES,
      page,
    });
    try {
      const answer = await caller.get(address, { headers: { 'x-api-key': key }, secrets: [key] });
      if (answer.isCut) return failed(`${PROVIDER} answered with more than we read`);
      const reading = readNewsapi(withoutSecrets(answer.text, [key]));
      if (reading.kind === 'told') return reading;
      if (reading.kind === 'garbage') return garbled(PROVIDER, reading.body);
      return page > 1 && reading.code === 'maximumResultsReached' ? 'no-more' : refusedBy(reading);
    } catch (fault) {
      return page > 1 && replyIn(fault)?.status === UPGRADE_REQUIRED ? 'no-more' : failedBy(fault);
    }
  }
}

/** An error in an answer that is none by its status. */
function refusedBy({ code, words }: Extract<Reading<NewsPage>, { readonly kind: 'refusal' }>): Failed {
  const failure = failed(`${PROVIDER}: ${words || code}`, { isRefused: !ABOUT_THE_MOMENT.has(code) });
  return code === 'rateLimited' ? { ...failure, retryAfterMs: LIMITED_MS } : failure;
}

function fromOf(series: Series | undefined, at: Instant): Instant | null {
  if (series?.kind !== 'topic' || series.newestAt === null) return null;
  return laterOf(plusMs(series.newestAt, -LATE_MS), plusMs(at, -HISTORY_DAYS * DAY_MS));
}

export const newsapi: ObserverKind<NewsapiObservation> = {
  needsKey: true,
  url: 'https://newsapi.org',
  rate: { calls: 10, perMs: 60_000 },
  everyMs: 900_000,
  make: (watched, settings) => new NewsapiObserver(watched, settings),
};

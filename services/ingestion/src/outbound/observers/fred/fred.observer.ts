import type { FredObservation } from '@tocsin/contracts';
import { epochMs, type Instant } from '@tocsin/domain-kit';
import { withoutSecrets } from '@tocsin/outbound';
import { DAY_MS, dayOf, dayText } from '../../../domain/calendars/calendar-day.ts';
import type { MacroSeries, ObservedValue } from '../../../domain/series/series.ts';
import { addressOf } from '../../providers/paged.adapter.ts';
import type { Known, Observed, Observer, ObserverKind, ObserverSettings } from '../observer.ts';
import { failed, failedBy, garbled, replyIn } from '../telling.ts';
import { FOREVER, readFred, type FredValue } from './fred.reading.ts';

const PROVIDER = 'fred';
/** So much of a series is watched. A daily one has 1,300 vintages in that time, and FRED tells 2,000 at once at most. */
const WATCHED_DAYS = 5 * 365;
const ROWS_MAX = 100_000;
const PAGES_MAX = 5;

/** FRED keeps vintages only of some series (ALFRED), and says so of the others when it is asked for them. */
const HAS_NO_VINTAGES = /\bALFRED\b/;

/** What is asked of FRED: the values of the days from `observedFrom` on, as they were published from `publishedFrom` on. */
type Question = { readonly observedFrom: string; readonly publishedFrom: string | null };

/** Watches a macro-economic series with its vintages. */
class FredObserver implements Observer {
  readonly provider = PROVIDER;
  readonly keys: readonly [string];
  readonly #series: string;
  readonly #settings: ObserverSettings;
  #hasVintages = true;

  constructor({ series }: FredObservation, settings: ObserverSettings) {
    this.#series = series;
    this.#settings = settings;
    this.keys = [`${PROVIDER}-${series}`];
  }

  async observe(known: Known, at: Instant): Promise<Observed> {
    const [key] = this.keys;
    const series = known.get(key);
    const told = series?.kind === 'macro' ? series : null;
    const asked = this.#hasVintages ? await this.#ask(vintagesSince(told, at), at) : null;
    if (asked?.kind === 'failure' && HAS_NO_VINTAGES.test(asked.message)) this.#hasVintages = false;
    const observed = this.#hasVintages && asked !== null ? asked : await this.#ask(valuesSince(told, at), at);
    if (observed.kind === 'failure') return observed;
    const { values, unreadable } = observed;
    const command = {
      type: 'ObserveMacro',
      data: { series: key, provider: PROVIDER, name: this.#series, values, at },
    } as const;
    return { kind: 'seen', sights: [{ key, command }], unreadable };
  }

  async #ask(
    question: Question,
    at: Instant,
  ): Promise<
    | { readonly kind: 'values'; readonly values: readonly ObservedValue[]; readonly unreadable: number }
    | Extract<Observed, { readonly kind: 'failure' }>
  > {
    const rows: FredValue[] = [];
    let [offset, unreadable] = [0, 0];
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page = await this.#page(question, offset, at);
      if (page.kind === 'failure') return page;
      rows.push(...page.told.values);
      unreadable += page.unreadable;
      offset += page.told.rows;
      if (page.told.rows === 0 || offset >= page.told.count) break;
    }
    return { kind: 'values', values: rows.flatMap((row) => valueOf(row, question)), unreadable };
  }

  async #page({ observedFrom, publishedFrom }: Question, offset: number, at: Instant) {
    const { caller, url, key } = this.#settings;
    const address = addressOf(url, '/fred/series/observations', {
      series_id: this.#series,
      api_key: key,
      file_type: 'json',
      observation_start: observedFrom,
      ...(publishedFrom !== null && { realtime_start: publishedFrom, realtime_end: FOREVER }),
      limit: ROWS_MAX,
      offset,
    });
    try {
      const answer = await caller.get(address, { secrets: [key] });
      if (answer.isCut) return failed(`${PROVIDER} answered with more than we read`);
      const reading = readFred(withoutSecrets(answer.text, [key]), dayAt(at));
      if (reading.kind === 'told') return reading;
      return reading.kind === 'garbage' ? garbled(PROVIDER, reading.body) : refused(reading.words);
    } catch (fault) {
      const reply = replyIn(fault);
      const reading = reply?.status === 400 ? readFred(reply.excerpt, dayAt(at)) : null;
      return reading?.kind === 'refusal' ? refused(reading.words) : failedBy(fault);
    }
  }
}

const refused = (words: string) => failed(`${PROVIDER}: ${words}`, { isRefused: true });

const dayAt = (at: Instant): string => dayText(Math.floor(epochMs(at) / DAY_MS) * DAY_MS);
const daysBefore = (day: string, days: number): string => dayText(dayOf(day) - days * DAY_MS);

/**
 * A value that was published before the time that is asked for is told as if it began there. So a day more is asked for
 * than is needed, and what begins with that day is what was so before.
 */
function vintagesSince(told: MacroSeries | null, at: Instant): Question {
  const observedFrom = daysBefore(dayAt(at), WATCHED_DAYS);
  return { observedFrom, publishedFrom: told === null ? observedFrom : daysBefore(told.toldVintageOn, 1) };
}

/** Without vintages only the newest days can be compared with what was told. */
const valuesSince = (told: MacroSeries | null, at: Instant): Question => ({
  observedFrom: told?.recent[0]?.[0] ?? daysBefore(dayAt(at), WATCHED_DAYS),
  publishedFrom: null,
});

/** Whatever was so before, and is so no more, was told in its time. */
function valueOf(
  { observedOn, value, vintageOn, publishedUntil }: FredValue,
  { observedFrom, publishedFrom }: Question,
): readonly ObservedValue[] {
  if (publishedFrom === null) return [{ observedOn, value, vintageOn: null }];
  if (vintageOn > publishedFrom || publishedFrom === observedFrom) return [{ observedOn, value, vintageOn }];
  return publishedUntil === FOREVER ? [{ observedOn, value, vintageOn: null }] : [];
}

export const fred: ObserverKind<FredObservation> = {
  needsKey: true,
  url: 'https://api.stlouisfed.org',
  rate: { calls: 100, perMs: 60_000 },
  everyMs: 6 * 3_600_000,
  make: (watched, settings) => new FredObserver(watched, settings),
};

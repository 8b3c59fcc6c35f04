import type { Instant, Pair } from '@tocsin/domain-kit';
import type { EventLog } from '@tocsin/event-log';
import { overdueBars } from '../domain/bar-queue.ts';
import { HOUSE_TERMS } from '../domain/terms.ts';
import { toCount } from './count.ts';
import { patienceMsOf, readOverdueLines } from './pair-line.model.ts';
import { readTermsInForce } from './terms.model.ts';

/** What the watch needs of the log. */
export type PatientLog = Pick<EventLog, 'isHolder' | 'now' | 'sql' | 'perform'>;

/** Lines that one look takes on; the rest have their turn a second later. */
const LINES_MAX = 500;

/**
 * Counts bars that have waited long enough for an older one. A bar is counted at the second look that finds it overdue:
 * in accelerated history the length of a bar passes in milliseconds, and so the lanes have a second to catch up.
 */
export class PatienceWatch {
  readonly #log: PatientLog;
  /** Up to which bar each line was overdue at the last look. */
  #overdueUpTo: ReadonlyMap<Pair, Instant> = new Map();

  constructor(log: PatientLog) {
    this.#log = log;
  }

  /** Looks once at all lines that are overdue. */
  async look(): Promise<void> {
    if (!this.#log.isHolder()) return;
    const now = this.#log.now();
    const overdue = await readOverdueLines(this.#log.sql, now, LINES_MAX);
    const terms = overdue.length === 0 ? HOUSE_TERMS : await readTermsInForce(this.#log.sql);
    const lines = overdue.map(({ pair, profile, watch, queue }) => ({
      pair,
      profile,
      watch,
      bars: overdueBars(queue, now, patienceMsOf(profile)),
    }));
    const observations = lines.flatMap(({ pair, profile, watch, bars }) => {
      const seenUpTo = this.#overdueUpTo.get(pair);
      const due = bars.filter(({ barCloseAt }) => seenUpTo !== undefined && barCloseAt <= seenUpTo);
      const newest = due.at(-1);
      if (newest === undefined) return [];
      const causeId = `patience:${pair}:${newest.eventId}`;
      return [{ causeId, time: now, intentions: toCount(pair, profile, due, watch, terms, now) }];
    });
    this.#overdueUpTo = new Map(
      lines.flatMap(({ pair, bars }) => bars.slice(-1).map(({ barCloseAt }) => [pair, barCloseAt])),
    );
    if (observations.length > 0) await this.#log.perform(observations);
  }
}

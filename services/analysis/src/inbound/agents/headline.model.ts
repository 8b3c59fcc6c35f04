import type { HeadlineObserved } from '@tocsin/contracts';
import { keptAsJson, type LocalModel, type Sql } from '@tocsin/event-log';
import type { UntrustedHeadline } from '../../domain/analyst/analyst.ts';

/** So many headlines of a topic are kept; an analyst is shown no more. */
const HEADLINES_MAX = 20;

/** Keeps the newest headlines of every topic, newest first. They are words from outside. */
export const newestHeadlines: LocalModel<readonly UntrustedHeadline[], HeadlineObserved> = {
  name: 'newest-headlines',
  hears: ['HeadlineObserved'],
  keyOf: ({ data }) => data.topic,
  fold: (before = [], { data: { title, summary, outlet, publishedAt } }) =>
    [...before, { title, summary, outlet, publishedAt }].sort(newestFirst).slice(0, HEADLINES_MAX),
  ...keptAsJson({ table: 'newest_headlines', key: 'topic', value: 'headlines' }),
};

/** The newest headlines of all topics, newest first. */
export async function readHeadlines(sql: Sql): Promise<readonly UntrustedHeadline[]> {
  const { rows } = await sql.query<{ headlines: readonly UntrustedHeadline[] }>(
    'SELECT headlines FROM newest_headlines',
  );
  return rows
    .flatMap(({ headlines }) => headlines)
    .sort(newestFirst)
    .slice(0, HEADLINES_MAX);
}

const newestFirst = (a: UntrustedHeadline, b: UntrustedHeadline): number => (a.publishedAt < b.publishedAt ? 1 : -1);

import { instant, plainText, type Instant } from '@tocsin/domain-kit';
import { dayOf } from '../../../domain/calendars/calendar-day.ts';
import type { Headline } from '../../../domain/series/series.ts';
import { at, isArray, readJson, textOf, type Json } from '../../providers/json.ts';
import type { Reading } from '../telling.ts';

export type NewsPage = {
  readonly headlines: readonly Headline[];
  /** How many articles this answer has, readable or not. */
  readonly articles: number;
};

const URL_CHARS_MAX = 2_000;
/** What stands in the place of an article that its publisher took back. */
const TAKEN_BACK = '[Removed]';

/** Reads an answer of `v2/everything`. The words are somebody else's: they are cleaned, and never looked into. */
export function readNewsapi(text: string): Reading<NewsPage> {
  const json = readJson(text);
  if (at(json, 'status') === 'error')
    return { kind: 'refusal', words: textOf(at(json, 'message')), code: textOf(at(json, 'code')) };
  const articles = at(json, 'articles');
  if (articles === undefined || !isArray(articles)) return { kind: 'garbage', body: text };
  const there = articles.filter((article) => at(article, 'title') !== TAKEN_BACK);
  const headlines = there.map(readArticle).filter((headline) => headline !== null);
  return {
    kind: 'told',
    told: { headlines, articles: articles.length },
    unreadable: there.length - headlines.length,
  };
}

function readArticle(article: Json): Headline | null {
  const title = wordsOf(at(article, 'title'));
  const url = urlIn(at(article, 'url'));
  const publishedAt = momentIn(at(article, 'publishedAt'));
  if (title === '' || url === null || publishedAt === null) return null;
  return {
    title,
    summary: wordsOf(at(article, 'description')),
    url,
    outlet: wordsOf(at(at(article, 'source'), 'name')),
    publishedAt,
  };
}

const wordsOf = (cell: Json | undefined): string =>
  typeof cell === 'string' ? plainText(cell.replace(/\s+/g, ' ').trim()) : '';

/** An address that a person may open, in plain characters. */
function urlIn(cell: Json | undefined): string | null {
  if (typeof cell !== 'string' || !URL.canParse(cell)) return null;
  const { href } = new URL(cell);
  return /^https?:\/\/[\x21-\x7e]+$/.test(href) && href.length <= URL_CHARS_MAX ? href : null;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function momentIn(cell: Json | undefined): Instant | null {
  if (typeof cell !== 'string' || !MOMENT.test(cell) || Number.isNaN(dayOf(cell.slice(0, 10)))) return null;
  const ms = Date.parse(cell);
  const at = Number.isNaN(ms) ? null : instant(ms);
  return at !== null && /^\d{4}-/.test(at) ? at : null; // An offset may lead out of the years of four digits.
}

import { decimal, plainText, type Decimal } from '@tocsin/domain-kit';
import { NoAnswer, Refused } from '@tocsin/outbound';
import { dayOf } from '../../domain/calendars/calendar-day.ts';
import { textOf, type Json } from '../providers/json.ts';
import { failureIn, wordsIn } from '../providers/sorting.ts';
import type { Observed } from './observer.ts';

/** What an answer says, or that it says no, or that it is nothing that we read. */
export type Reading<Told> =
  | { readonly kind: 'told'; readonly told: Told; readonly unreadable: number }
  | { readonly kind: 'refusal'; readonly words: string; readonly code: string }
  | { readonly kind: 'garbage'; readonly body: string };

type Failed = Extract<Observed, { readonly kind: 'failure' }>;

const DECIMAL_CHARS_MAX = 64;
const BODY_CHARS = 120;

/** The number of a cell, digit for digit; null when it is none that a fact can carry. */
export function decimalIn(cell: Json | undefined): Decimal | null {
  const text = textOf(cell)
    .trim()
    .replace(/^(-?)\./, '$10.');
  const isPlain = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && text.length <= DECIMAL_CHARS_MAX;
  return isPlain ? decimal(text) : null;
}

/** The same for a price, which is more than nothing. */
export function priceIn(cell: Json | undefined): Decimal | null {
  const price = decimalIn(cell);
  return price !== null && /^(?=.*[1-9])\d/.test(price) ? price : null;
}

/** The day that a cell names (`YYYY-MM-DD`); null when it names none. */
export function dayIn(cell: Json | undefined): string | null {
  return typeof cell === 'string' && !Number.isNaN(dayOf(cell)) ? cell : null;
}

/** A fault of a call as a failure; whatever is none is a bug of ours and is thrown again. */
export function failedBy(fault: unknown): Failed {
  const answer = failureIn(fault);
  if (answer.kind !== 'failure') throw fault;
  const { message, retryAfterMs, errorCode } = answer.failure;
  const isUnreached = errorCode === 'NETWORK_ERROR';
  return { kind: 'failure', message, retryAfterMs, isRefused: errorCode === 'REFUSED', isUnreached };
}

export const failed = (message: string, { isRefused = false } = {}): Failed => ({
  kind: 'failure',
  message: plainText(message),
  retryAfterMs: null,
  isRefused,
  isUnreached: false,
});

/** What a provider answered with was no answer of its own: a page of HTML, or JSON of another make. */
export const garbled = (provider: string, body: string): Failed =>
  failed(`${provider} answered with something else than it should: ${wordsIn(body) ?? body.slice(0, BODY_CHARS)}`);

/** What a target that said no answered with, and its status; null when it did not even say no. */
export const replyIn = (fault: unknown): { readonly status: number; readonly excerpt: string } | null =>
  fault instanceof Refused || fault instanceof NoAnswer ? fault.reply : null;

import type { Brand } from './brand.ts';

/** A moment in UTC as RFC 3339 text with milliseconds, such as `2026-03-02T09:30:00.000Z`; sorts as text. */
export type Instant = Brand<string, 'Instant'>;

/**
 * Returns the moment that `value` names: RFC 3339 text, a `Date`, or milliseconds since the epoch.
 * @throws {RangeError} when it names none.
 */
export function instant(value: string | number | Date): Instant {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new RangeError(`'${String(value)}' is not a moment (RFC 3339 expected)`);
  return date.toISOString() as Instant;
}

/** Milliseconds since the epoch. */
export const epochMs = (at: Instant): number => Date.parse(at);

/** The moment `ms` milliseconds later; earlier when negative. */
export const plusMs = (at: Instant, ms: number): Instant => instant(epochMs(at) + ms);

/** Milliseconds from `from` to `to`; negative when `to` is earlier. */
export const msBetween = (from: Instant, to: Instant): number => epochMs(to) - epochMs(from);

/** The later of two moments. */
export const laterOf = (a: Instant, b: Instant): Instant => (a < b ? b : a);

/** The earlier of two moments. */
export const earlierOf = (a: Instant, b: Instant): Instant => (b < a ? b : a);

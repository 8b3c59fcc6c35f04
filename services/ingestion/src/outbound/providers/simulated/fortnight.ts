import { instant, type Instant } from '@tocsin/domain-kit';
import type { Failure } from '../../../domain/feed.commands.ts';
import type { Incident } from './script.ts';

/** The market week begins on Sunday 18 March 2001 at 17:00 in New York, soon after the first live bar of the S&P 500. */
export const FORTNIGHT = {
  backfillFrom: instant('2001-03-13T19:00:00.000Z'), // 300 bars of 15 minutes before the week's close on Friday.
  beginAt: instant('2001-03-18T22:00:00.000Z'),
  endAt: instant('2001-03-30T22:00:00.000Z'),
} as const;

const march = (day: number, time: string): Instant => instant(`2001-03-${day}T${time}:00.000Z`);

const unavailable: Failure = {
  failureSource: 'provider',
  errorCode: 'PROVIDER_ERROR',
  message: 'The simulated provider answered 503.',
  retryAfterMs: null,
};
const unreachable: Failure = {
  failureSource: 'network_error',
  errorCode: 'NETWORK_ERROR',
  message: 'The simulated provider did not answer within 5000 ms.',
  retryAfterMs: null,
};
const limited: Failure = {
  failureSource: 'provider',
  errorCode: 'RATE_LIMITED',
  message: 'The simulated provider answered 429 with Retry-After: 6.',
  retryAfterMs: 6_000,
};

/**
 * What happens to the simulated feed in its fortnight, each time with recovery after: failing long enough for CRITICAL,
 * a stumble that retries mend, silence until RED, one day of broken bars, failing until ERROR, and a page of HTML.
 */
export const FORTNIGHT_INCIDENTS: readonly Incident[] = [
  { kind: 'outage', closeAt: march(20, '09:00'), bars: 4, failure: unavailable },
  { kind: 'stutter', closeAt: march(21, '14:30'), attempts: 2, failure: limited },
  { kind: 'silence', closeAt: march(22, '13:00'), bars: 4 },
  { kind: 'defect', closeAt: march(23, '07:00'), defect: 'high-below-close' },
  { kind: 'defect', closeAt: march(23, '09:00'), defect: 'not-a-number' },
  { kind: 'defect', closeAt: march(23, '11:00'), defect: 'price-of-zero' },
  { kind: 'defect', closeAt: march(23, '12:00'), defect: 'negative-volume' },
  { kind: 'defect', closeAt: march(23, '13:00'), defect: 'told-twice' },
  { kind: 'defect', closeAt: march(23, '14:00'), defect: 'old-bar-again' },
  { kind: 'defect', closeAt: march(23, '15:00'), defect: 'between-two-bars' },
  { kind: 'defect', closeAt: march(23, '16:00'), defect: 'from-tomorrow' },
  { kind: 'outage', closeAt: march(27, '10:15'), bars: 2, failure: unreachable },
  {
    kind: 'garbage',
    closeAt: march(28, '08:00'),
    attempts: 1,
    body: '<!doctype html><html><head><title>Simulated: please sign in</title></head><body></body></html>',
  },
  { kind: 'defect', closeAt: march(29, '10:00'), defect: 'corrected-later' },
];

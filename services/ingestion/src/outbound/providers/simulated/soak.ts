import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { Failure } from '../../../domain/feed.commands.ts';
import { chanceFrom, type Chance } from '../../../domain/random.ts';
import type { Defect, Incident } from './script.ts';

/** One day, minute by minute, on a market that never closes; the bars of five hours before it are history. */
export const SOAK_DAY = {
  backfillFrom: instant('2020-01-05T19:00:00.000Z'),
  beginAt: instant('2020-01-06T00:00:00.000Z'),
  endAt: instant('2020-01-07T00:00:00.000Z'),
} as const;

export const SOAK_PAIRS = 20;

const MINUTE_MS = 60_000;

/** The last hour is calm, so that everything that was raised can be cleared. */
const CALM_FROM_BAR = 1_380;

const failing = (errorCode: Failure['errorCode'], message: string, retryAfterMs: number | null = null): Failure => ({
  failureSource: errorCode === 'NETWORK_ERROR' ? 'network_error' : 'provider',
  errorCode,
  message,
  retryAfterMs,
});

const UNAVAILABLE = failing('PROVIDER_ERROR', 'The simulated provider answered 503.');
const UNREACHABLE = failing('NETWORK_ERROR', 'The simulated provider did not answer within 5000 ms.');
const LIMITED = failing('RATE_LIMITED', 'The simulated provider answered 429 with Retry-After: 6.', 6_000);
const LIMITED_SILENTLY = failing('RATE_LIMITED', 'The simulated provider answered 429.');
const HTML = '<!doctype html><html><body>Simulated: maintenance</body></html>';

const DEFECTS: readonly Defect[] = [
  'high-below-close',
  'not-a-number',
  'price-of-zero',
  'negative-volume',
  'told-twice',
  'old-bar-again',
  'from-tomorrow',
  'corrected-later',
  'far-away',
];

/** What happens to the whole provider, by the number of the first bar: it cannot be reached, it limits, it is maintained. */
const OUTAGES: readonly { readonly bar: number; readonly bars: number; readonly of: 'outage' | 'limit' | 'pages' }[] = [
  { bar: 360, bars: 30, of: 'outage' },
  { bar: 840, bars: 12, of: 'limit' },
  { bar: 1_140, bars: 20, of: 'pages' },
];

/** Room before and after an outage of the provider, in bars, in which nothing else happens. */
const ROOM = 45;

/** The close of the bar `bar` of the day, from 1. */
const closeOf = (bar: number): Instant => plusMs(SOAK_DAY.beginAt, bar * MINUTE_MS);

/** What happens to one pair on the day: something every half an hour or so, and what happens to its whole provider. */
export function soakIncidents(seed: number, scope: 'whole-provider' | 'pair-only'): readonly Incident[] {
  const chance = chanceFrom(seed);
  const own: Incident[] = [];
  for (let bar = 10 + whole(chance, 20); bar < CALM_FROM_BAR; bar += 20 + whole(chance, 20))
    if (!isNearOutage(bar)) own.push(incidentAt(bar, chance));
  return scope === 'pair-only' ? own : [...own, ...OUTAGES.flatMap(({ bar, bars, of }) => outageFrom(bar, bars, of))];
}

const isNearOutage = (bar: number): boolean =>
  OUTAGES.some((outage) => bar > outage.bar - ROOM && bar < outage.bar + outage.bars + ROOM);

function outageFrom(bar: number, bars: number, of: (typeof OUTAGES)[number]['of']): readonly Incident[] {
  switch (of) {
    case 'outage':
      return [{ kind: 'outage', closeAt: closeOf(bar), bars, failure: UNREACHABLE }];
    case 'limit':
      return [{ kind: 'outage', closeAt: closeOf(bar), bars, failure: { ...LIMITED, retryAfterMs: 20_000 } }];
    case 'pages':
      return Array.from({ length: bars }, (_, index) => ({
        kind: 'garbage',
        closeAt: closeOf(bar + index),
        attempts: Number.POSITIVE_INFINITY,
        body: HTML,
      }));
  }
}

function incidentAt(bar: number, chance: Chance): Incident {
  const closeAt = closeOf(bar);
  const failure = oneOf([UNAVAILABLE, UNREACHABLE, LIMITED, LIMITED_SILENTLY], chance);
  switch (oneOf(['stutter', 'outage', 'silence', 'hole', 'garbage', 'defect', 'defect', 'defect'] as const, chance)) {
    case 'stutter':
      return { kind: 'stutter', closeAt, attempts: 1 + whole(chance, 4), failure };
    case 'outage':
      return { kind: 'outage', closeAt, bars: 1 + whole(chance, 7), failure };
    case 'silence':
      return { kind: 'silence', closeAt, bars: 1 + whole(chance, 5) };
    case 'hole':
      return { kind: 'hole', closeAt, bars: 1 + whole(chance, 5) };
    case 'garbage':
      return { kind: 'garbage', closeAt, attempts: 1 + whole(chance, 5), body: HTML };
    case 'defect':
      return { kind: 'defect', closeAt, defect: oneOf(DEFECTS, chance) };
  }
}

/** From 0 to below `below`. */
const whole = (chance: Chance, below: number): number => Math.floor(chance.next() * below);

function oneOf<Element>(elements: readonly Element[], chance: Chance): Element {
  const element = elements[whole(chance, elements.length)];
  if (element === undefined) throw new RangeError('there is nothing to choose from');
  return element;
}

/** The closes of bars that there never were, for whoever checks that all others came. */
export const neverThere = (incidents: readonly Incident[]): ReadonlySet<Instant> =>
  new Set(
    incidents.flatMap((incident) =>
      incident.kind === 'silence'
        ? Array.from({ length: incident.bars }, (_, index) => plusMs(incident.closeAt, index * MINUTE_MS))
        : [],
    ),
  );

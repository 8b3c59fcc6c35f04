import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { named } from './day.ts';

type Facts = readonly Recorded<AnyEvent>[];

/** What the day's own plan says of it: how many pairs are watched, and for how many minutes. */
export type Plan = { readonly pairs: number; readonly minutes: number; readonly outages: number };

const ATTEMPTS_MAX = 5;
const BUDGET_MS = 30_000;
const RETRY_AFTER = /Retry-After: (\d+)/;

/** Every way in which ingestion may have broken its rules on the day; each finding is a sentence. */
export function brokenRules(facts: Facts, plan: Plan): readonly string[] {
  return [
    ...barsLostOrDoubled(facts, plan),
    ...attemptsTooMany(facts),
    ...breakersOutOfOrder(facts),
    ...outagesWithoutEnd(facts, plan),
    ...notGreenAtTheEnd(facts),
  ];
}

/** T-50: a minute is closed once, or a settled gap says that nobody had it. */
function barsLostOrDoubled(facts: Facts, { pairs, minutes }: Plan): readonly string[] {
  const closes = new Map<string, string[]>();
  const begun = new Map(named(facts, 'FeedAdded').map(({ pair, at }) => [pair, at]));
  for (const { pair, closeAt } of named(facts, 'BarClosed'))
    if (closeAt > (begun.get(pair) ?? closeAt)) closes.set(pair, [...(closes.get(pair) ?? []), closeAt]);
  const missing = new Map<string, number>();
  for (const gap of named(facts, 'GapFilled')) missing.set(gap.pair, (missing.get(gap.pair) ?? 0) + gap.missing);
  const findings = [...closes].flatMap(([pair, told]) => {
    const doubled = told.length - new Set(told).size;
    const lost = minutes - new Set(told).size - (missing.get(pair) ?? 0);
    return [
      ...(doubled === 0 ? [] : [`${pair}: ${doubled} bars were closed twice`]),
      ...(lost === 0 ? [] : [`${pair}: ${lost} bars are neither closed nor known to be missing`]),
    ];
  });
  return closes.size === pairs ? findings : [`${closes.size} of ${pairs} pairs had bars`, ...findings];
}

function attemptsTooMany(facts: Facts): readonly string[] {
  const firsts = new Map<string, number>();
  return named(facts, 'AttemptFailed').flatMap(({ pair, provider, barCloseAt, attempt, at, retryAt, message }) => {
    const what = `${pair} of ${provider} for ${barCloseAt}`;
    const ms = Date.parse(at);
    if (attempt === 1) firsts.set(what, ms);
    const asked = RETRY_AFTER.exec(message)?.[1];
    const isEarly = asked !== undefined && retryAt !== null && Date.parse(retryAt) < ms + Number(asked) * 1_000;
    return [
      ...(attempt > ATTEMPTS_MAX ? [`${what}: attempt ${attempt}`] : []),
      ...(ms - (firsts.get(what) ?? ms) > BUDGET_MS ? [`${what}: tried for ${ms - (firsts.get(what) ?? ms)} ms`] : []),
      ...(isEarly ? [`${what}: tried again before the ${asked} s that were asked for`] : []),
    ];
  });
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  BreakerClosed: ['BreakerOpened'],
  BreakerOpened: ['BreakerHalfOpened'],
  BreakerHalfOpened: ['BreakerOpened', 'BreakerProbed'],
  BreakerProbed: ['BreakerOpened', 'BreakerProbed', 'BreakerClosed'],
};

/** Breakers move along their circle, nobody is asked whose breaker is open, and all are closed at the end. */
function breakersOutOfOrder(facts: Facts): readonly string[] {
  const last = new Map<string, string>();
  const findings: string[] = [];
  for (const { type, data } of facts) {
    if (!('pair' in data) || !('provider' in data)) continue;
    const what = `${data.pair} of ${data.provider}`;
    const before = last.get(what) ?? 'BreakerClosed';
    if (type === 'AttemptFailed' && before === 'BreakerOpened')
      findings.push(`${what}: asked while its breaker was open`);
    if (!type.startsWith('Breaker')) continue;
    if (NEXT[before]?.includes(type) !== true) findings.push(`${what}: ${type} after ${before}`);
    last.set(what, type);
  }
  for (const [what, type] of last)
    if (type !== 'BreakerClosed') findings.push(`${what}: ${type} at the end of the day`);
  return findings;
}

function outagesWithoutEnd(facts: Facts, { outages }: Plan): readonly string[] {
  const opened = named(facts, 'OutageOpened').filter(({ provider }) => provider === 'simulated');
  const closed = named(facts, 'OutageClosed').filter(({ provider }) => provider === 'simulated');
  const isPlanned = opened.length === outages && closed.length === outages;
  return isPlanned ? [] : [`${opened.length} outages began and ${closed.length} ended; ${outages} were planned`];
}

function notGreenAtTheEnd(facts: Facts): readonly string[] {
  const last = new Map(named(facts, 'FreshnessChanged').map(({ pair, colour }) => [pair, colour]));
  return [...last].flatMap(([pair, colour]) => (colour === 'GREEN' ? [] : [`${pair} ends ${colour}`]));
}

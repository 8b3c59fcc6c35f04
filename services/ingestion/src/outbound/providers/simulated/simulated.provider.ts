import { assert, plusMs, type Instant, type Timeframe } from '@tocsin/domain-kit';
import { barsBetween } from '../../../domain/bar-grid.ts';
import type { Calendar } from '../../../domain/calendars/calendar.ts';
import type { CandidateBar } from '../../../domain/candidate-bar.ts';
import { chanceFrom } from '../../../domain/random.ts';
import { AskSchedule } from '../ask-schedule.ts';
import type { Answer, Ask, Provider } from '../provider.ts';
import { walk, type WalkOptions } from './price-walk.ts';
import { spoil, type Incident } from './script.ts';

export type SimulatedOptions = WalkOptions & {
  /** What it is called, where there is more than one. */
  readonly name?: string;
  readonly calendar: Calendar;
  readonly timeframe: Timeframe;
  /** When the feed begins; the bars before it are history. */
  readonly beginAt: Instant;
  readonly backfillFrom: Instant;
  readonly endAt: Instant;
  readonly incidents: readonly Incident[];
};

/** How long after its close a bar is told: a second or more, always within the feed's normal latency. */
const LATENCY_MS = { least: 1_000, spread: 6_000 } as const;

/** How far back the bar lies that is told out of order: still remembered as told, or not. */
const OLDER_BARS = 24;

type Trouble = { readonly attempts: number; readonly answer: Answer };

/** Made-up bars of a made-up provider, which fails and recovers on a script. The same seed and script give the same. */
export class SimulatedProvider implements Provider {
  readonly name: string;
  readonly simulated = true;
  readonly #begin: { readonly at: Instant; readonly answer: Answer };
  readonly #schedule: AskSchedule;
  readonly #troubles: ReadonlyMap<Instant, Trouble>;
  readonly #told: ReadonlyMap<Instant, readonly CandidateBar[]>;
  /** What the provider has of its past: all but what was never there. */
  readonly #kept: readonly CandidateBar[];

  constructor(options: SimulatedOptions) {
    const { name = 'simulated', calendar, timeframe, beginAt, backfillFrom, endAt, incidents, seed } = options;
    this.name = name;
    const spans = [...barsBetween(calendar, timeframe, backfillFrom, endAt)];
    const bars = [...walk(spans, options)];
    const live = spans.findIndex(({ closeAt }) => closeAt > beginAt);
    const closes = spans.map(({ closeAt }) => closeAt);
    this.#begin = { at: beginAt, answer: { kind: 'bars', bars: bars.slice(0, live) } };
    const lateness = chanceFrom(seed + 1);
    this.#schedule = new AskSchedule(
      closes.slice(live).map((barCloseAt) => {
        const latencyMs = LATENCY_MS.least + Math.floor(LATENCY_MS.spread * lateness.next());
        return { at: plusMs(barCloseAt, latencyMs), barCloseAt };
      }),
    );
    const indexOf = new Map(closes.map((closeAt, index) => [closeAt, index]));
    this.#troubles = troublesOf(incidents, closes, indexOf);
    const silent = closesOf('silence', incidents, closes, indexOf);
    const untold = new Set([...silent, ...closesOf('hole', incidents, closes, indexOf)]);
    this.#kept = bars.filter((_, index) => !silent.has(closes[index] ?? beginAt));
    this.#told = toldAt(bars, closes, live, incidents, this.#troubles, untold);
  }

  begin(): { readonly at: Instant; readonly answer: Answer } {
    return this.#begin;
  }

  nextAsk(after: Instant): Ask | null {
    return this.#schedule.nextAfter(after);
  }

  ask({ barCloseAt, attempt }: { readonly barCloseAt: Instant; readonly attempt: number }): Answer {
    const trouble = this.#troubles.get(barCloseAt);
    const answer = trouble !== undefined && attempt <= trouble.attempts ? trouble.answer : null;
    return answer ?? { kind: 'bars', bars: this.#told.get(barCloseAt) ?? [] };
  }

  between(from: Instant, to: Instant): readonly CandidateBar[] {
    return this.#kept.filter(({ openAt }) => openAt !== null && openAt >= from && openAt < to);
  }
}

/** The closes of the bars that an incident touches. */
function touched(
  incident: Incident,
  closes: readonly Instant[],
  indexOf: ReadonlyMap<Instant, number>,
): readonly Instant[] {
  const index = indexOf.get(incident.closeAt);
  assert(index !== undefined, `a bar closes at ${incident.closeAt}, where the script has a ${incident.kind}`);
  return closes.slice(index, index + ('bars' in incident ? incident.bars : 1));
}

function troublesOf(
  incidents: readonly Incident[],
  closes: readonly Instant[],
  indexOf: ReadonlyMap<Instant, number>,
): Map<Instant, Trouble> {
  const troubles = new Map<Instant, Trouble>();
  for (const incident of incidents) {
    const trouble = troubleOf(incident);
    if (trouble !== null) for (const closeAt of touched(incident, closes, indexOf)) troubles.set(closeAt, trouble);
  }
  return troubles;
}

function troubleOf(incident: Incident): Trouble | null {
  switch (incident.kind) {
    case 'outage':
      return { attempts: Number.POSITIVE_INFINITY, answer: { kind: 'failure', failure: incident.failure } };
    case 'stutter':
      return { attempts: incident.attempts, answer: { kind: 'failure', failure: incident.failure } };
    case 'garbage':
      return { attempts: incident.attempts, answer: { kind: 'garbage', body: incident.body } };
    case 'silence':
    case 'hole':
    case 'defect':
      return null;
  }
}

/** The closes of the bars that incidents of one kind touch. */
const closesOf = (
  kind: Incident['kind'],
  incidents: readonly Incident[],
  closes: readonly Instant[],
  indexOf: ReadonlyMap<Instant, number>,
): ReadonlySet<Instant> =>
  new Set(incidents.filter((each) => each.kind === kind).flatMap((incident) => touched(incident, closes, indexOf)));

/** What is told at each close once an attempt gets through: the bar, those that an outage held back, and what defects add. */
function toldAt(
  bars: readonly CandidateBar[],
  closes: readonly Instant[],
  live: number,
  incidents: readonly Incident[],
  troubles: ReadonlyMap<Instant, Trouble>,
  untold: ReadonlySet<Instant>,
): Map<Instant, readonly CandidateBar[]> {
  const defects = new Map(
    incidents.flatMap((incident) => (incident.kind === 'defect' ? [[incident.closeAt, incident.defect] as const] : [])),
  );
  const told = new Map<Instant, readonly CandidateBar[]>();
  let heldBack: readonly CandidateBar[] = [];
  for (const [offset, closeAt] of closes.slice(live).entries()) {
    const index = live + offset;
    const [bar, previous, older] = [bars[index], bars[index - 1], bars[index - OLDER_BARS]];
    assert(
      bar !== undefined && previous !== undefined && older !== undefined,
      'there is enough history before the script',
    );
    const defect = defects.get(closeAt);
    const spoiled =
      defect === undefined ? { now: untold.has(closeAt) ? [] : [bar], next: [] } : spoil(defect, bar, previous, older);
    const isUnreachable = troubles.get(closeAt)?.attempts === Number.POSITIVE_INFINITY;
    if (!isUnreachable) told.set(closeAt, [...heldBack, ...spoiled.now]);
    heldBack = isUnreachable ? [...heldBack, ...spoiled.now, ...spoiled.next] : spoiled.next;
  }
  return told;
}

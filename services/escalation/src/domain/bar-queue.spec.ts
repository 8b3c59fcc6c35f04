import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import type { JudgedBar } from './bar-record.ts';
import { EMPTY_QUEUE, enqueue, type BarSighting } from './bar-queue.ts';
import type { Verdict } from './verdict.ts';

const MONDAY = instant('2014-05-05T10:00:00.000Z');
const closeOf = (bar: number): Instant => plusMs(MONDAY, bar * 900_000);

const closed = (bar: number): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'ingestion',
  saw: 'closed',
  eventId: `closed-${bar}`,
});
const told = (bar: number, saw: Verdict): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'ingestion',
  saw,
  eventId: `told-${bar}-${saw}`,
});
const ran = (bar: number, saw: Verdict): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'analysis',
  saw,
  eventId: `ran-${bar}`,
});

/** What the queue lets through after each sighting, as `bar:verdict`. */
function passed(sightings: readonly BarSighting[], patienceBars = 1): readonly (readonly string[])[] {
  let queue = EMPTY_QUEUE;
  return sightings.map((sighting) => {
    const step = enqueue(queue, sighting, patienceBars);
    queue = step.queue;
    return step.countable.map(named);
  });
}

const named = ({ barCloseAt, verdict }: JudgedBar): string =>
  `${(Date.parse(barCloseAt) - Date.parse(MONDAY)) / 900_000}:${verdict}`;

describe('the queue of bars', () => {
  it('lets a bar pass when its run is told', () => {
    expect(passed([closed(1), ran(1, 'good')])).toEqual([[], ['1:good']]);
  });

  it('lets a bar pass at once when there will be no run', () => {
    expect(passed([told(1, 'failed'), told(2, 'missed-amber')])).toEqual([['1:failed'], ['2:missed-amber']]);
  });

  it('holds a failed bar back while the run of an older one is still to be told', () => {
    expect(passed([told(1, 'failed'), closed(2), told(3, 'failed'), ran(2, 'good')])).toEqual([
      ['1:failed'],
      [],
      [],
      ['2:good', '3:failed'],
    ]);
  });

  it('holds a run back while ingestion has not been heard up to its bar', () => {
    expect(passed([ran(2, 'good'), told(1, 'failed'), closed(2)])).toEqual([[], ['1:failed'], ['2:good']]);
  });

  it('lets a bar wait for an older one until one bar more is known, then counts without it', () => {
    expect(passed([closed(1), told(2, 'failed'), told(3, 'failed')])).toEqual([[], [], ['2:failed', '3:failed']]);
  });

  it('still lets a verdict pass whose bar was given up', () => {
    expect(passed([closed(1), told(2, 'failed'), told(3, 'failed'), ran(1, 'good')]).at(-1)).toEqual(['1:good']);
  });

  it('has as much patience as it is given', () => {
    const lagging = [closed(1), ...[2, 3, 4, 5].map((bar) => told(bar, 'failed'))];
    expect(passed([...lagging, ran(1, 'good')], 4).at(-1)).toEqual([
      '1:good',
      '2:failed',
      '3:failed',
      '4:failed',
      '5:failed',
    ]);
  });

  it('does not wait for bars that nobody has spoken of: the market was closed, or the feed not there yet', () => {
    expect(passed([told(1, 'failed'), told(193, 'failed')])).toEqual([['1:failed'], ['193:failed']]);
  });

  it('lets a bar that is missed and then comes late pass twice', () => {
    expect(passed([told(1, 'ignored'), closed(1), ran(1, 'good')])).toEqual([['1:ignored'], [], ['1:good']]);
  });

  it('keeps the gravest of what it hears about a waiting bar, and the fact that said it', () => {
    const { queue } = enqueue(EMPTY_QUEUE, closed(1), 1);
    const { queue: missed } = enqueue(queue, told(1, 'missed-red'), 1);
    expect(enqueue(missed, ran(1, 'good'), 1).countable).toEqual([
      { barCloseAt: closeOf(1), verdict: 'missed-red', causeEventIds: ['told-1-missed-red'] },
    ]);
  });
});

/** What really happened to each bar, in bar order. */
const anyHistory = fc.array(
  fc.oneof(
    fc.constantFrom<Verdict>('good', 'failed', 'ignored').map((verdict) => ({ kind: 'ran' as const, verdict })),
    fc
      .constantFrom<Verdict>('failed', 'missed-amber', 'missed-red')
      .map((verdict) => ({ kind: 'told' as const, verdict })),
  ),
  { minLength: 1, maxLength: 30 },
);

it('passes bars in their order, whichever of the two lanes is ahead', () => {
  fc.assert(
    fc.property(anyHistory, fc.infiniteStream(fc.boolean()), (history, coins) => {
      const ingestion = history.map(({ kind, verdict }, bar) => (kind === 'ran' ? closed(bar) : told(bar, verdict)));
      const analysis = history.flatMap(({ kind, verdict }, bar) => (kind === 'ran' ? [ran(bar, verdict)] : []));
      const heard = interleaved(ingestion, analysis, () => coins.next().value);
      expect(passed(heard, history.length).flat()).toEqual(history.map(({ verdict }, bar) => `${bar}:${verdict}`));
    }),
  );
});

it('holds at most as many bars as its patience allows, and loses no verdict', () => {
  fc.assert(
    fc.property(
      anyHistory,
      fc.infiniteStream(fc.boolean()),
      fc.integer({ min: 0, max: 5 }),
      (history, coins, patience) => {
        const ingestion = history.map(({ kind, verdict }, bar) => (kind === 'ran' ? closed(bar) : told(bar, verdict)));
        const analysis = history.flatMap(({ kind, verdict }, bar) => (kind === 'ran' ? [ran(bar, verdict)] : []));
        const heard = [
          ...interleaved(ingestion, analysis, () => coins.next().value),
          told(99, 'failed'),
          told(100, 'failed'),
        ];
        let queue = EMPTY_QUEUE;
        const seen = new Set<string>();
        for (const sighting of heard) {
          const step = enqueue(queue, sighting, patience);
          queue = step.queue;
          expect(queue.waiting.length).toBeLessThanOrEqual(patience + 1);
          step.countable.map(named).forEach((name) => seen.add(name));
        }
        expect(history.map(({ verdict }, bar) => `${bar}:${verdict}`).filter((name) => !seen.has(name))).toEqual([]);
      },
    ),
  );
});

/** Both lanes in their own order, merged as chance has it. */
function interleaved(
  a: readonly BarSighting[],
  b: readonly BarSighting[],
  chooseA: () => boolean,
): readonly BarSighting[] {
  const [left, right] = [[...a], [...b]];
  const merged: BarSighting[] = [];
  while (left.length > 0 || right.length > 0) {
    const next = right.length === 0 || (left.length > 0 && chooseA()) ? left.shift() : right.shift();
    if (next) merged.push(next);
  }
  return merged;
}

import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import {
  EMPTY_QUEUE,
  enqueue,
  overdueBars,
  patienceEndsAt,
  QUEUE_BARS_MAX,
  withoutCounted,
  type BarQueue,
  type BarSighting,
  type CountableBar,
} from './bar-queue.ts';
import type { Verdict } from './verdict.ts';

const MONDAY = instant('2014-05-05T10:00:00.000Z');
const C_MS = 900_000;
const closeOf = (bar: number): Instant => plusMs(MONDAY, bar * C_MS);
const at = (bar: number): Instant => plusMs(closeOf(bar), 2_000);

const closed = (bar: number): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'ingestion',
  saw: 'closed',
  eventId: `closed-${bar}`,
  at: at(bar),
});
const told = (bar: number, saw: Verdict): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'ingestion',
  saw,
  eventId: `told-${bar}-${saw}`,
  at: at(bar),
});
const ran = (bar: number, saw: Verdict): BarSighting => ({
  barCloseAt: closeOf(bar),
  by: 'analysis',
  saw,
  eventId: `ran-${bar}`,
  at: at(bar),
});

/** The queue after some sightings, and what it let through after each, as `bar:verdict`. */
function heard(sightings: readonly BarSighting[]): {
  readonly queue: BarQueue;
  readonly passed: readonly (readonly string[])[];
} {
  let queue = EMPTY_QUEUE;
  const passed = sightings.map((sighting) => {
    const step = enqueue(queue, sighting);
    queue = step.queue;
    return step.countable.map(named);
  });
  return { queue, passed };
}

const named = ({ barCloseAt, verdict }: CountableBar): string =>
  `${(Date.parse(barCloseAt) - Date.parse(MONDAY)) / C_MS}:${verdict}`;

describe('the queue of bars', () => {
  it('lets a bar pass when its run is told', () => {
    expect(heard([closed(1), ran(1, 'good')]).passed).toEqual([[], ['1:good']]);
  });

  it('lets a bar pass at once when there will be no run', () => {
    expect(heard([told(1, 'failed'), told(2, 'missed-amber')]).passed).toEqual([['1:failed'], ['2:missed-amber']]);
  });

  it('holds a failed bar back while the run of an older one is still to be told', () => {
    expect(heard([told(1, 'failed'), closed(2), told(3, 'failed'), ran(2, 'good')]).passed).toEqual([
      ['1:failed'],
      [],
      [],
      ['2:good', '3:failed'],
    ]);
  });

  it('holds a run back while ingestion has not been heard up to its bar', () => {
    expect(heard([ran(2, 'good'), told(1, 'failed'), closed(2)]).passed).toEqual([[], ['1:failed'], ['2:good']]);
  });

  it('does not wait for bars that nobody has spoken of: the market was closed, or the feed not there yet', () => {
    expect(heard([told(1, 'failed'), told(193, 'failed')]).passed).toEqual([['1:failed'], ['193:failed']]);
  });

  it('lets a bar that is missed and then comes late pass twice', () => {
    expect(heard([told(1, 'ignored'), closed(1), ran(1, 'good')]).passed).toEqual([['1:ignored'], [], ['1:good']]);
  });

  it('keeps the gravest of what it hears about a waiting bar, and the fact that said it', () => {
    const { queue } = heard([closed(1), closed(2), told(2, 'missed-red'), ran(2, 'good')]);
    expect(enqueue(queue, ran(1, 'good')).countable).toEqual([
      { barCloseAt: closeOf(1), verdict: 'good', eventId: 'ran-1', readyAt: at(1) },
      { barCloseAt: closeOf(2), verdict: 'missed-red', eventId: 'told-2-missed-red', readyAt: at(2) },
    ]);
  });

  it('forgets no failure that is delivered late while no run is told', () => {
    const outage = [told(2, 'failed'), told(3, 'failed'), told(4, 'failed')];
    const delivered = [closed(2), closed(3), closed(4), closed(5)];
    const { queue } = heard([closed(1), ...outage, ...delivered, told(9, 'missed-amber')]);
    const overdue = overdueBars(queue, plusMs(at(9), C_MS), C_MS);
    expect(overdue.map(({ barCloseAt, verdict }) => [barCloseAt, verdict])).toEqual([
      [closeOf(2), 'failed'],
      [closeOf(3), 'failed'],
      [closeOf(4), 'failed'],
      [closeOf(9), 'missed-amber'],
    ]);
  });

  it('lets its oldest bar go when there are too many', () => {
    const crowd = Array.from({ length: QUEUE_BARS_MAX }, (_, bar) => closed(bar));
    const { queue } = heard([...crowd, told(QUEUE_BARS_MAX, 'failed')]);
    expect(queue.waiting).toHaveLength(QUEUE_BARS_MAX);
    expect(queue.waiting[0]?.barCloseAt).toBe(closeOf(1));
  });
});

describe('the patience of the queue', () => {
  const { queue: held } = heard([closed(1), told(2, 'failed'), closed(3), told(4, 'failed')]);

  it('begins when the verdict of a held bar is known, and lasts as long as a bar', () => {
    expect(patienceEndsAt(held, C_MS)).toBe(plusMs(at(2), C_MS));
    expect(patienceEndsAt(heard([closed(1), closed(2)]).queue, C_MS)).toBeNull();
  });

  it('ends for each bar in its own time, and for those that then have nobody before them', () => {
    expect(overdueBars(held, plusMs(at(2), C_MS - 1), C_MS)).toEqual([]);
    expect(overdueBars(held, plusMs(at(2), C_MS), C_MS).map(named)).toEqual(['2:failed']);
    expect(overdueBars(held, plusMs(at(4), C_MS), C_MS).map(named)).toEqual(['2:failed', '4:failed']);
    const { queue: gap } = heard([closed(1), told(2, 'failed'), told(4, 'failed')]);
    expect(overdueBars(gap, plusMs(at(2), C_MS), C_MS).map(named)).toEqual(['2:failed', '4:failed']);
  });

  it('is over at once for a bar whose older one was given up meanwhile', () => {
    const { queue: gap } = heard([closed(1), told(2, 'failed'), told(4, 'failed')]);
    const counted = withoutCounted(gap, { barCloseAt: closeOf(2), verdict: 'failed' });
    expect(patienceEndsAt(counted, C_MS)).toBe(at(4));
    expect(overdueBars(counted, at(4), C_MS).map(named)).toEqual(['4:failed']);
  });

  it('makes the queue forget the bars that nobody waits for any longer', () => {
    const counted = withoutCounted(held, { barCloseAt: closeOf(2), verdict: 'failed' });
    expect(counted.waiting.map(({ barCloseAt }) => barCloseAt)).toEqual([closeOf(3), closeOf(4)]);
  });

  it('still lets a verdict pass whose bar was given up', () => {
    const counted = withoutCounted(held, { barCloseAt: closeOf(2), verdict: 'failed' });
    expect(enqueue(counted, ran(1, 'good')).countable.map(named)).toEqual(['1:good']);
  });

  it('is not touched by bars that were counted in their turn', () => {
    expect(withoutCounted(held, { barCloseAt: closeOf(5), verdict: 'failed' })).toBe(held);
  });
});

describe('the queue of bars, whichever of the two lanes is ahead', () => {
  /** What really happened to each bar, in bar order: whether it closed and was run, or not. */
  const anyHistory = fc.array(
    fc.oneof(
      fc.record({ hasRun: fc.constant(true), verdict: fc.constantFrom<Verdict>('good', 'failed', 'ignored') }),
      fc.record({
        hasRun: fc.constant(false),
        verdict: fc.constantFrom<Verdict>('failed', 'missed-amber', 'missed-red'),
      }),
    ),
    { minLength: 1, maxLength: 30 },
  );

  it('passes every bar once, in bar order', () => {
    fc.assert(
      fc.property(anyHistory, fc.infiniteStream(fc.boolean()), (history, coins) => {
        const ingestion = history.map(({ hasRun, verdict }, bar) => (hasRun ? closed(bar) : told(bar, verdict)));
        const analysis = history.flatMap(({ hasRun, verdict }, bar) => (hasRun ? [ran(bar, verdict)] : []));
        const merged = interleaved(ingestion, analysis, () => coins.next().value === true);
        const { queue, passed } = heard(merged);
        expect(passed.flat()).toEqual(history.map(({ verdict }, bar) => `${bar}:${verdict}`));
        expect(queue.waiting).toEqual([]);
      }),
    );
  });
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

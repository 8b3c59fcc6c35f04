import type { Recorded, RunCompleted } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { analyse } from '../../../test/closed-bars.ts';
import { said, SELL_DAY, until } from '../../../test/one-day.ts';
import { reviewedRuns } from './reviewed-run.model.ts';

function ranOn(barOpenAt: string): Recorded<RunCompleted> {
  const fact = said(analyse(until(SELL_DAY))).find((event): event is RunCompleted => event.type === 'RunCompleted');
  if (fact === undefined) throw new Error('The day has no completed run.');
  const time = instant(barOpenAt);
  return {
    type: 'RunCompleted',
    data: { ...fact.data, barOpenAt: time },
    id: `run-${barOpenAt}`,
    service: 'analysis',
    tenant: 'shared',
    lane: 'LOG_ANALYSIS',
    position: 1,
    key: fact.data.pair,
    time,
    recordedTime: time,
    entityVersion: 1,
    correlationId: 'run',
    causationId: null,
    actor: 'test',
    traceparent: '',
  };
}

describe('The newest run of a pair', () => {
  it('stays the newest when an older one is heard behind it, as the service hears its own lane', () => {
    const older = ranOn('2002-04-24T14:30:00.000Z');
    const newer = ranOn('2002-04-25T14:30:00.000Z');
    const newest = reviewedRuns.fold(reviewedRuns.fold(undefined, older), newer);
    const heard = reviewedRuns.fold(newest, older);
    expect(heard.barOpenAt).toBe(newer.data.barOpenAt);
  });
});

import { instant, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { analyse, BAR_RECORDED_AT } from '../../test/closed-bars.ts';
import { about, brokenBook, deliveredAt, names, said, SELL_DAY, until } from '../../test/one-day.ts';
import type { AnalyseBar } from './analysis.ts';
import { analysisDecider, analysisDeciderBy } from './analysis.decider.ts';

const { given } = specify(analysisDecider);

describe('the gate', () => {
  const window = until(SELL_DAY);
  const { bar } = analyse(window).data;

  it('does not take up bars from before the feed began', () => {
    given()
      .when(analyse(window, { backfill: true, freshness: { ...bar.freshness, schedulable: false } }))
      .thenNothing();
    given()
      .when(analyse(window, { backfill: true }))
      .thenNothing();
  });

  it('T-1 analyses only bars that are schedulable', () => {
    const freshness = { ...bar.freshness, colour: 'AMBER', ratio: 1.7, schedulable: false } as const;
    given()
      .when(analyse(window, { freshness }))
      .then({ type: 'RunSkipped', data: { ...ofRun(bar), reason: 'NOT_SCHEDULABLE', freshness, at: bar.receivedAt } });
  });

  it('passes over a bar whose successor is due', () => {
    const open = { ...bar.freshness, marketState: 'OPEN' } as const;
    const intraday = { timeframe: '15m', closeAt: instant('2002-04-24T14:45:00.000Z'), freshness: open } as const;
    const command = (now: string) => analyse(window, intraday, { now: instant(now) });

    const [skipped, ...rest] = said(command('2002-04-24T15:00:30.001Z'));
    expect(skipped).toMatchObject({
      type: 'RunSkipped',
      data: { reason: 'OVERTAKEN', at: '2002-04-24T15:00:30.001Z' },
    });
    expect(rest).toEqual([]);
    expect(names(said(command('2002-04-24T15:00:30.000Z')))).toContain('RunCompleted');
  });

  it('never calls the last bar of a session overtaken: what comes after it, the bar does not tell', () => {
    expect(names(said(analyse(window, {}, { now: plusMs(bar.closeAt, 4 * 86_400_000) })))).toContain('RunCompleted');
  });
});

describe('a run', () => {
  const window = until(SELL_DAY);
  const once = said(analyse(window));
  const skipped = said(analyse(window, { freshness: { ...analyse(window).data.bar.freshness, schedulable: false } }));
  const failed = said(analyse(until(SELL_DAY, 20)));

  it.each([
    ['completed', once],
    ['failed', failed],
    ['skipped', skipped],
  ])('T-4 is refused a second terminal event once it was %s', (_, history) => {
    given(...history)
      .when(analyse(window))
      .thenRefused('run-already-ended');
    given(...history)
      .when(analyse(window, { revision: 1 }))
      .thenRefused('run-already-ended');
  });

  it('is not begun for a bar older than the one last answered', () => {
    given(...once)
      .when(analyse(until('2002-04-23')))
      .thenRefused('newer-bar-already-answered');
  });

  it('is begun for the next bar', () => {
    given(...once)
      .when(analyse(until('2002-04-25')))
      .then(...atLeastOne(said(analyse(until('2002-04-25')))));
  });

  it('fails for want of history without blame', () => {
    const [started, failure, ...rest] = said(analyse(until(SELL_DAY, 199)));
    expect(started?.type).toBe('RunStarted');
    expect(failure).toEqual({
      type: 'RunFailed',
      data: {
        ...about,
        provider: 'recorded',
        simulated: false,
        errorCode: 'INSUFFICIENT_HISTORY',
        errorMessage: 'rules-1 needs 200 bars; 199 are stored.',
        failureSource: 'capacity',
        weight: 0,
        rulesVersion: 'rules-1',
        modelVersion: null,
        barRecordedAt: BAR_RECORDED_AT,
        startedAt: deliveredAt,
        finishedAt: deliveredAt,
      },
    });
    expect(rest).toEqual([]);
    expect(names(said(analyse(until(SELL_DAY, 200))))).toContain('RunCompleted');
  });

  it('fails in full when a rule throws, and tells everything that the error tells', () => {
    const broken = brokenBook(new TypeError('no such bar', { cause: new RangeError('at -1') }));
    const events = said(analyse(window), analysisDeciderBy(broken));
    expect(names(events)).toEqual(['RunStarted', 'RunFailed']);
    expect(events[1]?.data).toMatchObject({
      errorCode: 'INTERNAL',
      errorMessage: 'TypeError: no such bar, because RangeError: at -1',
      failureSource: 'unknown',
      weight: 1,
      rulesVersion: 'rules-x',
    });
  });

  it('fails when its window does not end with its bar', () => {
    const events = said(analyse(window, { openAt: instant('2002-04-25T14:30:00.000Z') }));
    expect(events[1]?.data).toMatchObject({
      errorCode: 'INTERNAL',
      errorMessage: 'Error: broken promise: the window ends with the bar that is analysed',
    });
  });
});

function ofRun({ pair, symbol, timeframe, openAt, closeAt }: AnalyseBar['data']['bar']) {
  return { runId: about.runId, pair, symbol, timeframe, barOpenAt: openAt, barCloseAt: closeAt };
}

function atLeastOne<T>([first, ...rest]: readonly T[]): readonly [T, ...T[]] {
  if (first === undefined) throw new RangeError('nothing was said');
  return [first, ...rest];
}

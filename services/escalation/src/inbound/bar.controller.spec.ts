import type { Recorded } from '@tocsin/contracts';
import type { Intention, Local, LocalModel } from '@tocsin/event-log';
import {
  attemptFailed,
  barClosed,
  barMissed,
  closeOf,
  feedAdded,
  pair,
  recorded,
  runCompleted,
  runFailed,
  runSkipped,
  seenAt,
} from '../../test/facts.ts';
import { BarController } from './bar.controller.ts';
import { HOUSE_TERMS } from '../domain/terms.ts';
import type { BarFact } from './bar-sighting.ts';
import { pairLines, type PairLine } from './pair-line.model.ts';
import { episodeIdOf } from './scope.ts';

/** What the controller asks for after each of the facts, folding the line of the pair as a step does. */
function asked(...facts: readonly Recorded<BarFact>[]): readonly (readonly Intention[])[] {
  const controller = new BarController();
  let line: PairLine | undefined = pairLines.fold(undefined, recorded(feedAdded(), { id: 'feed' }));
  const local: Local = {
    // The one model that this controller asks for is the one that the test folds.
    get: <Value>(model: LocalModel<Value>, key: string) =>
      Object.is(model, pairLines) && key === pair ? (line as Value | undefined) : undefined,
  };
  return facts.map((fact) => {
    line = pairLines.fold(line, fact);
    return controller.onBarFact(fact, local);
  });
}

const verdicts = (intentions: readonly Intention[]): unknown =>
  intentions.map(({ command: { data } }) => {
    const { bars } = data as { readonly bars: readonly { readonly verdict: string }[] };
    return bars.map(({ verdict }) => verdict);
  });

const heard = (fact: BarFact, bar: number): Recorded<BarFact> =>
  recorded(fact, { id: `${fact.type}-${bar}`, time: seenAt(bar) });

describe('a fact about a bar', () => {
  it('becomes the request to count it, with ids that are derived from the fact', () => {
    const scope = 'pair-EURUSD-15m';
    const [intentions] = asked(heard(attemptFailed(1), 1));
    expect(intentions).toEqual([
      expect.objectContaining({
        key: scope,
        command: {
          type: 'CountVerdicts',
          data: {
            scope,
            scopeKind: 'pair',
            simulated: true,
            isBreakerOpen: false,
            terms: HOUSE_TERMS,
            subject: { pair, symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' },
            bars: [
              {
                barCloseAt: closeOf(1),
                verdict: 'failed',
                causeEventIds: ['AttemptFailed-1'],
                episodeId: episodeIdOf(scope, 'AttemptFailed-1'),
                at: seenAt(1),
              },
            ],
          },
        },
      }),
    ]);
  });

  it.each([
    [attemptFailed(1), ['failed']],
    [barMissed(1, 'GREEN'), ['ignored']],
    [barMissed(1, 'AMBER'), ['missed-amber']],
    [barMissed(1, 'RED'), ['missed-red']],
  ])('is counted at once where no run follows: %j', (fact, expected) => {
    expect(asked(heard(fact, 1)).map(verdicts)).toEqual([[expected]]);
  });

  it.each([
    [runCompleted(1), 'good'],
    [runCompleted(1, 'AMBER'), 'ignored'],
    [runSkipped(1), 'ignored'],
    [runFailed(1, 1), 'failed'],
    [runFailed(1, 0.5), 'failed'],
    [runFailed(1, 0), 'ignored'],
  ])('is counted when its run is told: %j', (fact, expected) => {
    expect(asked(heard(barClosed(1), 1), heard(fact, 1)).map(verdicts)).toEqual([[], [[expected]]]);
  });

  it('asks for nothing where it does not count', () => {
    const silent = [attemptFailed(1, false), barClosed(1, { backfill: true })];
    expect(asked(...silent.map((fact) => heard(fact, 1)))).toEqual([[], []]);
  });

  it('counts a bar whose first telling is a later edition like any other', () => {
    const told = heard(barClosed(1, { revision: 1 }), 1);
    expect(asked(told, heard(runCompleted(1), 1)).map(verdicts)).toEqual([[], [['good']]]);
  });

  it('frees the bars that waited for it, timed by when each was known', () => {
    const [, , freed] = asked(heard(barClosed(1), 1), heard(attemptFailed(2), 2), heard(runCompleted(1), 1));
    expect(freed?.[0]?.command.data).toMatchObject({
      bars: [
        { barCloseAt: closeOf(1), verdict: 'good', at: seenAt(1) },
        { barCloseAt: closeOf(2), verdict: 'failed', at: seenAt(2) },
      ],
    });
  });
});

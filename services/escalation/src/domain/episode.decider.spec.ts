import { plusMs, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { bar, bars, closeOf, judgedAt, pair, scope, steps, story } from '../../test/episode-story.ts';
import { episodeDecider } from './episode.decider.ts';
import type { EpisodeEvent } from './episode.events.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);

const times = <T>(count: number, ...values: readonly T[]): readonly T[] =>
  Array.from({ length: count }, () => values).flat();

describe('a pair', () => {
  it('T-8: climbs one rung per failed bar, to WARN, ERROR and CRITICAL, in three events', () => {
    expect(steps(story(bars('failed', 'failed', 'failed')))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it('T-9: never climbs above WARN while every second bar is good', () => {
    expect(steps(story(bars(...times(10, 'failed' as const, 'good' as const))))).toEqual(['WARN']);
  });

  it('T-10: is not moved by a weekend in the middle of an episode', () => {
    const friday = [bar(0, 'failed'), bar(1, 'failed')];
    const sunday = [bar(193, 'failed'), bar(194, 'good'), bar(195, 'good')];
    expect(steps(story([...friday, ...sunday]))).toEqual(['WARN', 'ERROR', 'CRITICAL', 'cleared']);
  });

  it('climbs to CRITICAL at the third bar that cannot be had, also when each is missed first', () => {
    const missedFirst = [
      bar(0, 'ignored'),
      bar(0, 'failed'),
      bar(1, 'missed-amber'),
      bar(1, 'failed'),
      bar(2, 'missed-red'),
    ];
    expect(steps(story(missedFirst))).toEqual(['WARN', 'ERROR']);
    expect(steps(story([...missedFirst, bar(2, 'failed')]))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it('climbs to CRITICAL at the fifth bar when its feed is silent', () => {
    const silence = bars('ignored', 'missed-amber', 'missed-red', 'missed-red', 'missed-red');
    expect(steps(story(silence.slice(0, 4)))).toEqual(['WARN', 'ERROR']);
    expect(steps(story(silence))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it('says what it counted and why it rose', () => {
    given()
      .when(bar(0, 'failed'))
      .then(
        {
          type: 'VerdictCounted',
          data: {
            scope,
            barCloseAt: closeOf(0),
            verdict: 'failed',
            consecutiveFailures: 1,
            amber: 0,
            red: 0,
            good: 0,
            causeEventIds: ['e0'],
            at: judgedAt(0),
          },
        },
        {
          type: 'EpisodeRaised',
          data: {
            ...pair,
            episodeId: 'ep0',
            from: 'INFO',
            to: 'WARN',
            cause: 'Since its last good bar: 1 bar failed.',
            causeEventIds: ['e0'],
            reopenOf: null,
            openedAt: judgedAt(0),
            policy: HOUSE_TERMS,
            at: judgedAt(0),
          },
        },
      );
  });

  it('names every bar that speaks against it, the one that tips the scale last', () => {
    const raised = story(bars('failed', 'ignored', 'failed')).filter(({ type }) => type === 'EpisodeRaised');
    expect(raised.at(-1)?.data).toMatchObject({ episodeId: 'ep0', causeEventIds: ['e0', 'e2'], from: 'WARN' });
  });

  it('counts retries of one bar once', () => {
    given(...story(bars('failed')))
      .when(bar(0, 'failed'))
      .thenNothing();
  });

  it('climbs one rung per bar, even when several failures become known at once', () => {
    const late = [bar(1, 'missed-red'), bar(3, 'missed-red'), bar(1, 'failed'), bar(3, 'failed'), bar(2, 'failed')];
    expect(steps(story(late))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
    expect(steps(story([bar(0, 'missed-red'), bar(0, 'failed')]))).toEqual(['WARN']);
  });

  it('does not climb a second time with a bar that turns out to be worse', () => {
    const worse = [bar(0, 'failed'), bar(2, 'missed-red'), bar(1, 'failed'), bar(2, 'failed')];
    expect(steps(story(worse))).toEqual(['WARN', 'ERROR']);
    expect(steps(story([...worse, bar(3, 'failed')]))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it('takes a bar that is told late in its own place', () => {
    expect(steps(story([bar(0, 'failed'), bar(2, 'failed'), bar(1, 'good'), bar(3, 'failed')]))).toEqual([
      'WARN',
      'ERROR',
    ]);
    expect(story([bar(1, 'good'), bar(2, 'good'), bar(0, 'failed')]).at(-1)).toMatchObject({
      type: 'VerdictCounted',
      data: { consecutiveFailures: 0, good: 2 },
    });
  });

  it('is cleared from any level straight to INFO, after two good bars in a row', () => {
    const failed = story(bars('failed', 'failed', 'failed', 'good'));
    expect(steps(failed)).not.toContain('cleared');
    given(...failed)
      .when(bar(4, 'good'))
      .then(expect.objectContaining({ type: 'VerdictCounted' }) as EpisodeEvent, {
        type: 'EpisodeCleared',
        data: {
          scope,
          scopeKind: 'pair',
          simulated: false,
          subject: pair.subject,
          episodeId: 'ep0',
          peak: 'CRITICAL',
          durationMs: 3_600_000,
          openedAt: judgedAt(0),
          cause: '2 good bars in a row.',
          at: judgedAt(4),
        },
      });
  });

  it('lets ignored bars stand between two good ones', () => {
    expect(steps(story(bars('failed', 'good', 'ignored', 'good')))).toEqual(['WARN', 'cleared']);
  });

  it('begins a new episode with the next failure, which remembers one that cleared within 15 minutes', () => {
    const cleared = [...bars('failed', 'good'), bar(2, 'good', closeOf(3))];
    const raisedAfter = (at: Instant) => story([...cleared, bar(3, 'failed', at)]).at(-1)?.data;
    expect(raisedAfter(plusMs(closeOf(3), 899_999))).toMatchObject({ episodeId: 'ep3', from: 'INFO', reopenOf: 'ep0' });
    expect(raisedAfter(plusMs(closeOf(3), 900_000))).toMatchObject({ episodeId: 'ep3', from: 'INFO', reopenOf: null });
  });

  it('remembers through all its rungs that it came back', () => {
    const again = [
      ...bars('failed', 'good'),
      bar(2, 'good', closeOf(3)),
      bar(3, 'failed', closeOf(3)),
      bar(4, 'failed'),
    ];
    expect(story(again).at(-1)?.data).toMatchObject({ to: 'ERROR', reopenOf: 'ep0' });
  });
});

import { isRefusal, instant, plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import type { EpisodeCommand } from './episode.commands.ts';
import { episodeDecider, type EpisodeEvent } from './episode.decider.ts';
import { levelOf, type Scope } from './episode.ts';
import type { Level } from './level.ts';
import type { Verdict } from './verdict.ts';

const { given } = specify(episodeDecider);

const scope = 'pair-EURUSD-15m';
const pair: Scope = {
  scope,
  scopeKind: 'pair',
  simulated: false,
  subject: { pair: 'EURUSD-15m' as Pair, symbol: 'EURUSD', timeframe: '15m', provider: 'kraken' },
};
const MONDAY = instant('2014-05-05T10:00:00.000Z');
const closeOf = (bar: number): Instant => plusMs(MONDAY, bar * 900_000);
/** A bar is judged 100 s after it closed, unless a test says otherwise. */
const judgedAt = (bar: number): Instant => plusMs(closeOf(bar), 100_000);

const bar = (number: number, verdict: Verdict, at = judgedAt(number)): EpisodeCommand => ({
  type: 'CountVerdicts',
  data: {
    ...pair,
    bars: [{ barCloseAt: closeOf(number), verdict, causeEventIds: [`e${number}`], episodeId: `ep${number}`, at }],
  },
});
const bars = (...verdicts: readonly Verdict[]): readonly EpisodeCommand[] =>
  verdicts.map((verdict, number) => bar(number, verdict));

const acknowledge = (by = 'dana', ttlMs: number | null = null, at = judgedAt(3)): EpisodeCommand => ({
  type: 'AcknowledgeEpisode',
  data: { scope, by, reason: 'The provider announced an outage.', ttlMs, at },
});

/** Everything that is said while the commands are decided one after the other. */
function story(commands: readonly EpisodeCommand[]): readonly EpisodeEvent[] {
  let episode = episodeDecider.initialState();
  return commands.flatMap((command) => {
    const outcome = episodeDecider.decide(command, episode);
    if (isRefusal(outcome)) return [];
    episode = outcome.reduce(episodeDecider.evolve, episode);
    return outcome;
  });
}

/** The steps of the ladder in a story: the levels it rose to, and `cleared`. */
const steps = (events: readonly EpisodeEvent[]): readonly (Level | 'cleared')[] =>
  events.flatMap(({ type, data }) =>
    type === 'EpisodeRaised' ? [data.to] : type === 'EpisodeCleared' ? ['cleared' as const] : [],
  );

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

describe('an acknowledgement', () => {
  const failed = story(bars('failed'));
  const critical = story(bars('failed', 'failed', 'failed'));
  const acknowledged = (until: Instant, episodeId = 'ep0'): EpisodeEvent => ({
    type: 'EpisodeAcknowledged',
    data: { scope, episodeId, by: 'dana', reason: 'The provider announced an outage.', until, at: judgedAt(3) },
  });
  const HOUR_MS = 3_600_000;

  it('T-11: holds for 4 hours at CRITICAL and for 24 below, unless the person says otherwise', () => {
    given(...critical)
      .when(acknowledge())
      .then(acknowledged(plusMs(judgedAt(3), 4 * HOUR_MS)));
    given(...failed)
      .when(acknowledge())
      .then(acknowledged(plusMs(judgedAt(3), 24 * HOUR_MS)));
    given(...failed)
      .when(acknowledge('dana', 72 * HOUR_MS))
      .then(acknowledged(plusMs(judgedAt(3), 72 * HOUR_MS)));
  });

  it('T-11: does not keep the episode from a higher rung, and outlives it', () => {
    const held = [...bars('failed', 'failed'), acknowledge(), bar(3, 'failed')];
    expect(steps(story(held))).toEqual(['WARN', 'ERROR', 'CRITICAL']);
    const state = story(held).reduce(episodeDecider.evolve, episodeDecider.initialState());
    expect(state.standing).toMatchObject({ level: 'CRITICAL', acknowledged: { by: 'dana' } });
  });

  it('T-11: expires once, and the episode is open as before', () => {
    const until = plusMs(judgedAt(3), 24 * HOUR_MS);
    const expire: EpisodeCommand = { type: 'ExpireAcknowledgement', data: { scope, at: until } };
    const expired = {
      type: 'AcknowledgementExpired',
      data: { scope, episodeId: 'ep0', by: 'dana', at: until },
    } as const;
    given(...failed, acknowledged(until))
      .when(expire)
      .then(expired);
    given(...failed, acknowledged(until), expired)
      .when(expire)
      .thenNothing();
  });

  it('does not expire at a moment that it was prolonged beyond', () => {
    const until = plusMs(judgedAt(3), 24 * HOUR_MS);
    given(...failed, acknowledged(plusMs(until, HOUR_MS)))
      .when({ type: 'ExpireAcknowledgement', data: { scope, at: until } })
      .thenNothing();
  });

  it('dies with its episode, and never speaks for the next one', () => {
    const until = plusMs(judgedAt(3), 24 * HOUR_MS);
    const over = [...bars('failed'), acknowledge(), bar(1, 'good'), bar(2, 'good')];
    given(...story(over))
      .when({ type: 'ExpireAcknowledgement', data: { scope, at: until } })
      .thenNothing();
    const next = story([...over, bar(5, 'failed')]).reduce(episodeDecider.evolve, episodeDecider.initialState());
    expect(next.standing).toMatchObject({ status: 'open', acknowledged: null });
  });

  it('changes nothing when it is repeated', () => {
    given(...failed, acknowledged(plusMs(judgedAt(3), 24 * HOUR_MS)))
      .when(acknowledge())
      .thenNothing();
  });

  it('is refused where nothing is open', () => {
    given().when(acknowledge()).thenRefused('episode-not-open');
    given(...story(bars('failed', 'good', 'good')))
      .when(acknowledge())
      .thenRefused('episode-not-open');
  });

  it.each(['system', 'service:escalation'])('is refused from %s, for nobody has seen it then', (actor) => {
    given(...failed)
      .when(acknowledge(actor))
      .thenRefused('acknowledged-by-the-house');
  });

  it('is refused for longer than 72 hours', () => {
    given(...failed)
      .when(acknowledge('dana', 72 * HOUR_MS + 1))
      .thenRefused('acknowledgement-too-long');
  });
});

describe('a service', () => {
  const service: Scope = {
    scope: 'service-analysis',
    scopeKind: 'service',
    simulated: false,
    subject: { service: 'analysis' },
  };
  const at = instant('2026-03-02T09:30:45.000Z');
  const data = (level: Level, id: string) => ({
    ...service,
    level,
    cause: `It is ${level}.`,
    causeEventIds: [id],
    episodeId: `ep-${id}`,
    at,
  });
  const ails = (level: Level, id: string) => ({ type: 'ReportAilment', data: data(level, id) }) as const;
  const is = (level: Level, id: string) => ({ type: 'ObserveHealth', data: data(level, id) }) as const;

  it('goes straight to the level of what is wrong', () => {
    expect(steps(story([ails('CRITICAL', 'a')]))).toEqual(['CRITICAL']);
    expect(steps(story([is('ERROR', 'a'), is('CRITICAL', 'b')]))).toEqual(['ERROR', 'CRITICAL']);
  });

  it('is not better for a lesser ailment', () => {
    given(...story([ails('CRITICAL', 'a')]))
      .when(ails('WARN', 'b'))
      .thenNothing();
  });

  it('is cleared when nothing is wrong any more', () => {
    expect(steps(story([is('ERROR', 'a'), is('INFO', 'b')]))).toEqual(['ERROR', 'cleared']);
    given().when(is('INFO', 'a')).thenNothing();
  });

  it('goes on as an episode of its own with a lesser ailment that outlasts the greater one', () => {
    const events = story([ails('WARN', 'a'), is('CRITICAL', 'b'), is('WARN', 'c')]);
    expect(steps(events)).toEqual(['WARN', 'CRITICAL', 'cleared', 'WARN']);
    expect(events.at(-1)?.data).toMatchObject({ episodeId: 'ep-c', from: 'INFO', reopenOf: 'ep-a' });
    expect(levelOf(events.reduce(episodeDecider.evolve, episodeDecider.initialState()))).toBe('WARN');
  });
});

import { specify } from '@tocsin/testkit';
import { bar, bars, judgedAt, pair, steps, story } from '../../test/episode-story.ts';
import type { EpisodeCommand } from './episode.commands.ts';
import { episodeDecider } from './episode.decider.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);

const report = (id: string, number: number) => ({
  ...pair,
  cause: `It is the ${id}.`,
  causeEventIds: [id],
  episodeId: `ep-${id}`,
  terms: HOUSE_TERMS,
  at: judgedAt(number),
});
const opens = (number: number): EpisodeCommand => ({
  type: 'ReportAilment',
  data: { ...report('breaker', number), level: 'ERROR' },
});
const unwatched = (number: number): EpisodeCommand => ({
  type: 'ObserveHealth',
  data: { ...report('pause', number), level: 'INFO' },
});
const held = (command: EpisodeCommand): EpisodeCommand =>
  command.type === 'CountVerdicts' ? { ...command, data: { ...command.data, isBreakerOpen: true } } : command;

describe('a pair whose breaker opens', () => {
  it('is at ERROR at once, without a bar that says so', () => {
    expect(steps(story([opens(0)]))).toEqual(['ERROR']);
    expect(steps(story([bar(0, 'failed'), opens(0)]))).toEqual(['WARN', 'ERROR']);
  });

  it('is CRITICAL only by its bars, one rung from where it is', () => {
    expect(steps(story([opens(0), ...bars('failed', 'failed', 'failed')]))).toEqual(['ERROR', 'CRITICAL']);
    given(...story([...bars('failed', 'failed', 'failed')]))
      .when(opens(3))
      .thenNothing();
  });

  it('is not cleared by good bars that are counted while the breaker is open, and by the next one after', () => {
    const open = [opens(0), held(bar(1, 'good')), held(bar(2, 'good')), held(bar(3, 'good'))];
    expect(steps(story(open))).toEqual(['ERROR']);
    expect(steps(story([...open, bar(4, 'good')]))).toEqual(['ERROR', 'cleared']);
  });
});

describe('a pair that nobody watches any more', () => {
  it('has no episode', () => {
    expect(steps(story([...bars('failed', 'failed'), unwatched(2)]))).toEqual(['WARN', 'ERROR', 'cleared']);
    given().when(unwatched(0)).thenNothing();
  });

  it('begins anew when it is watched again: what failed before is not counted twice', () => {
    const before = [...bars('failed', 'failed', 'failed'), unwatched(3)];
    expect(steps(story([...before, bar(2, 'failed'), bar(10, 'failed')])).slice(3)).toEqual(['cleared', 'WARN']);
    expect(steps(story([...before, ...[10, 11, 12].map((number) => bar(number, 'failed'))])).slice(3)).toEqual([
      'cleared',
      'WARN',
      'ERROR',
      'CRITICAL',
    ]);
  });

  it('remembers its good bars after an episode that they have ended', () => {
    const events = story([...bars('failed', 'good', 'good'), bar(3, 'good')]);
    expect(events.at(-1)?.data).toMatchObject({ verdict: 'good', good: 3 });
  });
});

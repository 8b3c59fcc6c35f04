import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { steps, story } from '../../test/episode-story.ts';
import { episodeDecider } from './episode.decider.ts';
import { levelOf, type Scope } from './episode.ts';
import type { Level } from './level.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);

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
    terms: HOUSE_TERMS,
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
    expect(events.at(-2)?.data).toMatchObject({ cause: 'Of all that was wrong, this is left: It is WARN.' });
    expect(events.at(-1)?.data).toMatchObject({ episodeId: 'ep-c', from: 'INFO', reopenOf: 'ep-a' });
    expect(levelOf(events.reduce(episodeDecider.evolve, episodeDecider.initialState()))).toBe('WARN');
  });
});

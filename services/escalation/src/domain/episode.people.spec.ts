import { specify } from '@tocsin/testkit';
import { bar, bars, judgedAt, pair, scope, steps, story } from '../../test/episode-story.ts';
import type { EpisodeCommand } from './episode.commands.ts';
import { episodeDecider } from './episode.decider.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);
const failed = story(bars('failed', 'failed'));
const over = story(bars('failed', 'good', 'good'));

const breach: EpisodeCommand = {
  type: 'ReportAilment',
  data: {
    ...{ ...pair, tenant: 'acme', level: 'WARN', cause: 'It is beyond its limit.', causeEventIds: ['c'] },
    ...{ episodeId: 'ep0', terms: HOUSE_TERMS, at: judgedAt(0) },
  },
};
const ofAcme = story([breach]);

const resolve = (by = 'dana', tenant = 'shared'): EpisodeCommand => ({
  type: 'ResolveEpisode',
  data: { scope, tenant, by, reason: 'The feed was replaced.', at: judgedAt(3) },
});
const ofAcmeAndOver = [breach, resolve('dana', 'acme')];
const comment = (tenant = 'shared'): EpisodeCommand => ({
  type: 'CommentEpisode',
  data: { scope, tenant, by: 'dana', text: 'Maintenance until 12:00.', at: judgedAt(3) },
});
const commented = {
  type: 'EpisodeCommented',
  data: { scope, episodeId: 'ep0', by: 'dana', text: 'Maintenance until 12:00.', at: judgedAt(3) },
} as const;

describe('an episode that a person resolves', () => {
  it('is over, and says by whom and why', () => {
    given(...failed)
      .when(resolve())
      .then({
        type: 'EpisodeCleared',
        data: {
          ...{ scope, scopeKind: 'pair', simulated: false, subject: pair.subject, episodeId: 'ep0', peak: 'ERROR' },
          ...{ durationMs: 3 * 900_000, openedAt: judgedAt(0), cause: 'The feed was replaced.', resolvedBy: 'dana' },
          at: judgedAt(3),
        },
      });
  });

  it('is over where it was told of last: its pair may have got another provider meanwhile', () => {
    const switched: EpisodeCommand = {
      type: 'ReportAilment',
      data: {
        ...{ ...pair, subject: { ...pair.subject, provider: 'binance' } },
        ...{ level: 'ERROR', cause: 'It is worse.', causeEventIds: ['c'], episodeId: 'ep-c' },
        ...{ terms: HOUSE_TERMS, at: judgedAt(1) },
      },
    };
    const cleared = story([bar(0, 'failed'), switched, resolve()]).at(-1);
    expect(cleared).toMatchObject({ type: 'EpisodeCleared', data: { subject: { provider: 'binance' } } });
  });

  it('begins anew with the next failure: what failed before is not counted twice', () => {
    const again = [...bars('failed', 'failed', 'failed'), resolve(), bar(4, 'failed'), bar(5, 'failed')];
    expect(steps(story(again)).slice(3)).toEqual(['cleared', 'WARN', 'ERROR']);
  });

  it('is refused where nothing is open, to the house, and to another tenant', () => {
    given().when(resolve()).thenRefused('episode-not-open');
    given(...over)
      .when(resolve())
      .thenRefused('episode-not-open');
    given(...failed)
      .when(resolve('service:escalation'))
      .thenRefused('resolved-by-the-house');
    given(...ofAcme)
      .when(resolve('dana', 'other'))
      .thenRefused('episode-not-open');
    given(...ofAcme)
      .when(resolve())
      .thenRefused('episode-not-open');
  });
});

describe('a comment', () => {
  it('belongs to the open episode, or to the latest one, and changes nothing', () => {
    given(...failed)
      .when(comment())
      .then(commented);
    given(...over)
      .when(comment())
      .then(commented);
    const state = failed.reduce(episodeDecider.evolve, episodeDecider.initialState());
    expect(episodeDecider.evolve(state, commented)).toBe(state);
  });

  it('may be made again: who repeats themselves is heard twice', () => {
    given(...failed, commented)
      .when(comment())
      .then(commented);
  });

  it('is refused where there never was an episode, and to another tenant', () => {
    given().when(comment()).thenRefused('episode-unknown');
    given(...ofAcme)
      .when(comment('other'))
      .thenRefused('episode-unknown');
    given(...story(ofAcmeAndOver))
      .when(comment())
      .thenRefused('episode-unknown');
  });

  it('about what is everybody’s is everybody’s, and whoever asks as a tenant is told so', () => {
    for (const facts of [failed, over])
      given(...facts)
        .when(comment('acme'))
        .thenRefused('episode-is-shared');
    given(...failed)
      .when(resolve('dana', 'acme'))
      .thenRefused('episode-is-shared');
    given(...over)
      .when(resolve('dana', 'acme'))
      .thenRefused('episode-not-open');
  });
});

import { plusMs, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { bar, bars, judgedAt, pair, scope, steps, story } from '../../test/episode-story.ts';
import type { EpisodeCommand } from './episode.commands.ts';
import { episodeDecider } from './episode.decider.ts';
import type { EpisodeEvent } from './episode.events.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(episodeDecider);

const acknowledge = (by = 'dana', ttlMs: number | null = null, at = judgedAt(3)): EpisodeCommand => ({
  type: 'AcknowledgeEpisode',
  data: { scope, tenant: 'shared', by, reason: 'The provider announced an outage.', ttlMs, at },
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

  it('holds for as long as any may, where the policy would have it hold for longer by itself', () => {
    const acknowledgement = { criticalMs: 4 * HOUR_MS, otherMs: 24 * HOUR_MS, maxMs: 2 * HOUR_MS };
    const strict: EpisodeCommand = {
      type: 'ReportAilment',
      data: {
        ...{ ...pair, level: 'WARN', cause: 'It is ill.', causeEventIds: ['c'], episodeId: 'ep0' },
        ...{ terms: { ...HOUSE_TERMS, acknowledgement }, at: judgedAt(0) },
      },
    };
    given(...story([strict]))
      .when(acknowledge())
      .then(acknowledged(plusMs(judgedAt(3), 2 * HOUR_MS)));
    given(...story([strict]))
      .when(acknowledge('dana', 3 * HOUR_MS))
      .thenRefused('acknowledgement-too-long');
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

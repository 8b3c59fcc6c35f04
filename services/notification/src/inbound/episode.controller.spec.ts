import type { EpisodeClearedData, EpisodeRaisedData, Recorded } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { to } from '@tocsin/event-log';
import type { Routing } from '../domain/routing.ts';
import { notice } from '../notice.entity.ts';
import { EpisodeController } from './episode.controller.ts';

const at = instant('2014-05-06T10:31:40Z');
const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log'], CRITICAL: 'all' },
  channels: [{ id: 'ops-log', kind: 'log', minLevel: 'INFO' }],
};
const recorded = <E extends { type: string; data: object }>(event: E): Recorded<E> => ({
  ...event,
  id: 'f1',
  time: at,
  service: 'escalation',
  tenant: 'shared',
  key: 'pair-EURUSD-15m',
  entityVersion: 1,
  correlationId: 'f0',
  causationId: 'f0',
  actor: 'system',
  recordedTime: at,
  traceparent: null,
  lane: 'LOG_ESCALATION',
  position: 1,
});
const episode = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  episodeId: 'e1',
  cause: 'A bar could not be fetched.',
  openedAt: at,
  simulated: true,
  at,
} as const;

describe('what escalation says', () => {
  const controller = new EpisodeController(routing);

  it('of a raise becomes a question to the notice of its scope, with who can be told', () => {
    const data: EpisodeRaisedData = { ...episode, from: 'INFO', to: 'WARN', causeEventIds: [], reopenOf: null };
    expect(controller.onEpisodeRaised(recorded({ type: 'EpisodeRaised', data }))).toEqual([
      to(notice, 'pair-EURUSD-15m', { type: 'TellOfRaise', data: { episode: data, routing } }),
    ]);
  });

  it('of an end becomes one too', () => {
    const data: EpisodeClearedData = { ...episode, peak: 'WARN', durationMs: 1 };
    expect(controller.onEpisodeCleared(recorded({ type: 'EpisodeCleared', data }))).toEqual([
      to(notice, 'pair-EURUSD-15m', { type: 'TellOfClearing', data: { episode: data } }),
    ]);
  });
});

import type { AcknowledgeEpisode, Requested } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { EpisodeController } from './episode.controller.ts';

const at = instant('2026-03-02T09:30:00.000Z');
const requested = (data: AcknowledgeEpisode['data']): Requested<AcknowledgeEpisode> => ({
  type: 'AcknowledgeEpisode',
  data,
  id: 'c1',
  tenant: 'shared',
  key: data.scope,
  actor: 'dana',
  correlationId: 'c1',
  expiresAt: null,
  sequence: 1,
});

describe('the request to acknowledge', () => {
  it.each([
    [{ scope: 'pair-EURUSD-15m', reason: 'I am on it.' }, null],
    [{ scope: 'pair-EURUSD-15m', reason: 'I am on it.', ttlMs: 60_000 }, 60_000],
  ])('is made in the name of who asks: %j', (data, ttlMs) => {
    const { key, command } = new EpisodeController().onAcknowledgeEpisode(requested(data), at);
    expect(key).toBe('pair-EURUSD-15m');
    expect(command).toEqual({
      type: 'AcknowledgeEpisode',
      data: { scope: 'pair-EURUSD-15m', tenant: 'shared', by: 'dana', reason: 'I am on it.', ttlMs, at },
    });
  });
});

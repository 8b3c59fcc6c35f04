import { foldProjection } from '@tocsin/event-log';
import {
  acknowledgementExpired,
  barAt,
  episodeAcknowledged,
  episodeCleared,
  episodeRaised,
  recorded,
  type Fact,
} from '../../test/facts.ts';
import { episode } from './episode.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(episode, recorded(facts));

describe('an episode', () => {
  it('opens at its first rung, about what it says it is about', () => {
    expect(after(episodeRaised(0))).toEqual([
      expect.objectContaining({
        ...{ episodeId: 'episode-0', scope: 'pair-EURUSD-15m', status: 'open', level: 'WARN', peak: 'WARN' },
        subject: { pair: 'EURUSD-15m', symbol: 'EURUSD', timeframe: '15m', provider: 'recorded' },
        ...{ tenant: 'shared', labels: {}, freshness: null, resolvedBy: null },
        ...{ openedAt: barAt(0).closeAt, clearedAt: null, acknowledgedBy: null },
      }),
    ]);
  });

  it('climbs, and remembers how high it was', () => {
    const climbed = [episodeRaised(0), episodeRaised(0, { from: 'WARN', to: 'ERROR' })];
    expect(after(...climbed, episodeRaised(0, { from: 'ERROR', to: 'WARN' }))).toEqual([
      expect.objectContaining({ level: 'WARN', peak: 'ERROR', openedAt: barAt(0).closeAt }),
    ]);
  });

  it('belongs to whom it says, and keeps how fresh its pair was and what others called it', () => {
    const freshness = { colour: 'RED', lastBarCloseAt: barAt(0).closeAt } as const;
    expect(after(episodeRaised(0, { tenant: 'acme', labels: { job: 'node' }, freshness }))).toEqual([
      expect.objectContaining({ tenant: 'acme', labels: { job: 'node' }, freshness }),
    ]);
  });

  it('remembers who ended it by hand', () => {
    expect(after(episodeRaised(0), episodeCleared(0, { resolvedBy: 'dana' }))).toEqual([
      expect.objectContaining({ status: 'cleared', resolvedBy: 'dana' }),
    ]);
  });

  it('is quiet once it is cleared', () => {
    expect(after(episodeRaised(0), episodeAcknowledged(0), episodeCleared(0, { peak: 'CRITICAL' }))).toEqual([
      expect.objectContaining({
        ...{ status: 'cleared', level: 'INFO', peak: 'CRITICAL', durationMs: 900_000, acknowledgedBy: null },
        clearedAt: barAt(1).closeAt,
      }),
    ]);
  });

  it('is somebody’s as long as the acknowledgement lasts, and may climb meanwhile', () => {
    const acknowledged = [episodeRaised(0), episodeAcknowledged(0)];
    expect(after(...acknowledged, episodeRaised(0, { from: 'WARN', to: 'ERROR' }))).toEqual([
      expect.objectContaining({ status: 'acknowledged', acknowledgedBy: 'dana', level: 'ERROR' }),
    ]);
    expect(after(...acknowledged, acknowledgementExpired(0))).toEqual([
      expect.objectContaining({ status: 'open', acknowledgedBy: null, acknowledgedUntil: null }),
    ]);
  });

  it('keeps quiet about the end of an episode that it never saw begin', () => {
    expect(after(episodeCleared(0), episodeAcknowledged(1), acknowledgementExpired(2))).toEqual([]);
  });
});

import type { EpisodeClearedData, EpisodeRaisedData } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { wordsForClearing, wordsForRaise } from './episode-words.ts';

const raised: EpisodeRaisedData = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  episodeId: 'e1',
  from: 'ERROR',
  to: 'CRITICAL',
  cause: 'Three bars in a row could not be fetched.',
  causeEventIds: [],
  reopenOf: null,
  openedAt: instant('2014-05-06T10:01:40Z'),
  subject: { symbol: 'EURUSD', timeframe: '15m', provider: 'simulated' },
  simulated: true,
  at: instant('2014-05-06T10:31:40Z'),
};
const cleared: EpisodeClearedData = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  episodeId: 'e1',
  peak: 'CRITICAL',
  durationMs: 4_500_000,
  openedAt: instant('2014-05-06T10:01:40Z'),
  cause: 'Two good bars in a row',
  simulated: true,
  at: instant('2014-05-06T11:16:40Z'),
};

describe('the words of a notice', () => {
  it('say what happened, since when, how bad it is, what it means, and that it is simulated', () => {
    expect(wordsForRaise(raised)).toEqual({
      title: 'CRITICAL: EURUSD 15m (simulated)',
      text:
        'EURUSD 15m: Three bars in a row could not be fetched. ' +
        'CRITICAL (was ERROR) since 2014-05-06 10:31:40 UTC; it began at 2014-05-06 10:01:40 UTC. ' +
        'The pair is blind: rely on nothing that is said about it until two good bars have come in. ' +
        'The source is simulated: no real market is concerned.',
      facts: {
        about: 'EURUSD 15m',
        scope: 'pair-EURUSD-15m',
        episode: 'e1',
        level: 'CRITICAL',
        since: '2014-05-06T10:01:40.000Z',
        asOf: '2014-05-06T10:31:40.000Z',
        symbol: 'EURUSD',
        timeframe: '15m',
        provider: 'simulated',
      },
    });
  });

  it('do not say simulated of what is real, nor since when twice', () => {
    const { title, text } = wordsForRaise({
      ...raised,
      scope: 'service-analysis',
      scopeKind: 'service',
      from: 'INFO',
      to: 'ERROR',
      cause: 'No beat for 45 s',
      subject: { service: 'analysis' },
      openedAt: raised.at,
      simulated: false,
    });
    expect(title).toBe('ERROR: service analysis');
    expect(text).toBe(
      'service analysis: No beat for 45 s. ERROR since 2014-05-06 10:31:40 UTC. Its work is late; it may come back by itself.',
    );
  });

  it('call the thing by its key when nobody spelled it out', () => {
    expect(wordsForRaise({ ...raised, subject: {}, simulated: false }).title).toBe('CRITICAL: EURUSD-15m');
  });

  it('say that it is over, how long it lasted and how bad it was', () => {
    const { title, text, facts } = wordsForClearing(cleared, 'EURUSD 15m');
    expect(title).toBe('Restored: EURUSD 15m (simulated)');
    expect(text).toBe(
      'EURUSD 15m works again: Two good bars in a row. ' +
        'It lasted 1 h 15 min, from 2014-05-06 10:01:40 UTC to 2014-05-06 11:16:40 UTC, and reached CRITICAL. ' +
        'The source is simulated: no real market is concerned.',
    );
    expect(facts).toMatchObject({ level: 'INFO', peak: 'CRITICAL' });
  });

  it('do not say that it works where a person has ended it', () => {
    const { title, text, facts } = wordsForClearing(
      { ...cleared, cause: 'The feed was replaced', resolvedBy: 'dana' },
      'EURUSD 15m',
    );
    expect(title).toBe('Resolved: EURUSD 15m (simulated)');
    expect(text).toMatch(/^dana has ended the episode of EURUSD 15m: The feed was replaced\. It lasted/);
    expect(facts).toMatchObject({ resolvedBy: 'dana' });
  });

  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [3_605_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('spell %d ms as %s', (durationMs, words) => {
    expect(wordsForClearing({ ...cleared, durationMs }, 'it').text).toContain(`It lasted ${words}, `);
  });

  it('stay within what a notice may hold, however long the cause is', () => {
    const { title, text } = wordsForRaise({
      ...raised,
      cause: 'x'.repeat(2_000),
      subject: { symbol: 'S'.repeat(400), timeframe: '15m' },
    });
    expect(title.length).toBeLessThanOrEqual(200);
    expect(text.length).toBeLessThanOrEqual(2_000);
  });
});

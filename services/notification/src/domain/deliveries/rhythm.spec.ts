import { instant } from '@tocsin/domain-kit';
import { letterAbout } from './letters.fixture.ts';
import { summaryAtMs } from './rhythm.ts';

const daily = { INFO: { kinds: ['email'], everyMs: 86_400_000 } } as const;
const queuedAt = instant('2026-03-02T09:30:00Z');
const news = letterAbout(1, { kind: 'success', level: 'INFO', channelKind: 'email' });

describe('a daily summary', () => {
  it('is made at the midnight after, by UTC', () => {
    expect(summaryAtMs(news, queuedAt, daily)).toBe(Date.parse('2026-03-03T00:00:00Z'));
    expect(summaryAtMs(news, instant('2026-03-03T00:00:00Z'), daily)).toBe(Date.parse('2026-03-04T00:00:00Z'));
  });

  it.each([
    ['another kind of channel', { channelKind: 'slack' }],
    ['a level without a rhythm', { level: 'WARN' }],
    ['CRITICAL', { level: 'CRITICAL' }],
    ['an end, which somebody waits for', { kind: 'restoration' }],
    ['a trial', { kind: 'test' }],
  ] as const)('does not hold %s', (_, changes) => {
    expect(summaryAtMs({ ...news, ...changes }, queuedAt, daily)).toBeNull();
  });
});

import { instant } from '@tocsin/domain-kit';
import { basisOf, secretsAfter, settingsOf } from './channel-settings.ts';

const target = { kind: 'slack' } as const;
const written = { name: 'Desk', target };
const noon = instant('2026-01-01T12:00:00.000Z');
const evening = instant('2026-01-01T18:00:00.000Z');

describe('a channel as somebody wrote it', () => {
  it('is filled in with what the house does', () => {
    expect(settingsOf(written, [])).toEqual({
      ...{ name: 'Desk', target, enabled: true, events: [], minLevel: 'INFO', success: 'restoration' },
      ...{ signals: false, standby: false, secretRefs: [], rate: { messages: 1, perMs: 1_000 } },
    });
    expect(settingsOf({ ...written, rate: { messages: 2, per_ms: 500 }, enabled: false }, [])).toMatchObject({
      ...{ enabled: false, rate: { messages: 2, perMs: 500 } },
    });
  });

  it('keeps the secrets that it has, unless there is a new one', () => {
    const earlier = [{ ref: 'a', until: null }];
    expect(secretsAfter(earlier, null, written)).toEqual(earlier);
    expect(secretsAfter(earlier, 'b', written)).toEqual([{ ref: 'b', until: null }]);
  });

  it('lets earlier secrets be good for a while, and none for longer than before', () => {
    const earlier = [
      { ref: 'd', until: null },
      { ref: 'c', until: noon },
      { ref: 'b', until: evening },
      { ref: 'a', until: evening },
    ];
    expect(secretsAfter(earlier, 'e', { ...written, earlier_secrets_until: '2026-01-01T14:00:00+01:00' })).toEqual([
      { ref: 'e', until: null },
      { ref: 'd', until: '2026-01-01T13:00:00.000Z' },
      { ref: 'c', until: noon },
      { ref: 'b', until: '2026-01-01T13:00:00.000Z' },
    ]);
    expect(secretsAfter(earlier, 'd', { ...written, earlier_secrets_until: noon })[0]).toEqual({
      ref: 'd',
      until: null,
    });
    expect(secretsAfter(earlier, 'd', { ...written, earlier_secrets_until: noon })).toHaveLength(4);
  });
});

describe('the version that a change of a channel goes on from', () => {
  it.each([
    [null, 3, 3],
    [2, 3, 2],
    [3, 3, 3],
  ])('of a caller who has seen %j, where %d is known, is %d', (seen, known, basis) => {
    expect(basisOf(seen, known)).toBe(basis);
  });

  it('is not one whose secrets are not known here yet', () => {
    expect(basisOf(3, 2)).toBe(2);
  });
});

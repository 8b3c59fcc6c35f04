import { instant, plusMs } from '@tocsin/domain-kit';
import type { KnownSilence } from '../silences.ts';
import { hasAll, inTheirOrder, matcherOf, theirsOf } from './silence.ts';

const now = instant('2026-01-01T12:00:00.000Z');
const hours = (count: number) => plusMs(now, count * 3_600_000);

const silence = (data: Partial<KnownSilence> = {}): KnownSilence => ({
  ...{ silenceId: 's', tenant: 'shared', kind: 'silence', every: null, zone: 'UTC', comment: 'Works.', by: 'dana' },
  matchers: [
    { label: 'a', op: '=', value: 'b' },
    { label: 'c', op: '!~', value: 'd' },
  ],
  ...{ from: hours(-1), until: hours(1), at: hours(-2), expiredAt: null, expiredBy: null, position: 7 },
  ...data,
});

describe('a silence in Alertmanager’s words', () => {
  it('says the same', () => {
    expect(theirsOf(silence(), now)).toEqual({
      ...{ id: 's', status: { state: 'active' }, comment: 'Works.', createdBy: 'dana', updatedAt: hours(-2) },
      ...{ startsAt: hours(-1), endsAt: hours(1) },
      matchers: [
        { name: 'a', value: 'b', isRegex: false, isEqual: true },
        { name: 'c', value: 'd', isRegex: true, isEqual: false },
      ],
    });
  });

  it.each(['=', '!=', '=~', '!~'] as const)('comes back as it was with %s', (op) => {
    const matchers = [{ label: 'a', op, value: 'b' }];
    expect(theirsOf(silence({ matchers }), now).matchers.map(matcherOf)).toEqual(matchers);
  });

  it('takes a condition for equal unless it says otherwise, as their older tools do', () => {
    expect(matcherOf({ name: 'a', value: 'b', isRegex: true })).toEqual({ label: 'a', op: '=~', value: 'b' });
  });

  it('is found by conditions that it has, word for word', () => {
    const theirs = theirsOf(silence(), now);
    expect(hasAll(theirs, [])).toBe(true);
    expect(hasAll(theirs, silence().matchers)).toBe(true);
    expect(hasAll(theirs, [{ label: 'a', op: '=~', value: 'b' }])).toBe(false);
  });

  it('stands in the order in which somebody looks for it', () => {
    const named = (id: string, from: number, until: number, expired: number | null = null) =>
      theirsOf(
        silence({
          ...{ silenceId: id, from: hours(from), until: hours(until) },
          expiredAt: expired === null ? null : hours(expired),
        }),
        now,
      );
    const all = [
      named('over-long', -9, -8),
      named('later', 5, 6),
      named('ends-last', -1, 3),
      named('over', -9, 9, -1),
      named('soon', 1, 9),
      named('ends-next', -5, 1),
    ];
    expect(all.sort(inTheirOrder).map(({ id }) => id)).toEqual([
      ...['ends-next', 'ends-last', 'soon', 'later', 'over', 'over-long'],
    ]);
  });
});

import { instant, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { silence as silenceEntity } from '../silence.entity.ts';
import { silenceDecider, type SilenceCommand, type SilenceEvent, type WantedSilence } from './silence.decider.ts';

const { given } = specify(silenceDecider);

const at = instant('2026-03-02T09:30:00Z');
const HOUR_MS = 3_600_000;
const wanted: WantedSilence = {
  tenant: 'acme',
  silenceId: 's1',
  kind: 'silence',
  matchers: [{ label: 'provider', op: '=', value: 'kraken' }],
  from: at,
  until: plusMs(at, 2 * HOUR_MS),
  every: null,
  zone: 'UTC',
  comment: 'Announced maintenance.',
  by: 'dana',
  at,
};
const create = (change: Partial<WantedSilence> = {}): SilenceCommand => ({
  type: 'CreateSilence',
  data: { ...wanted, ...change },
});
const created = (change: Partial<WantedSilence> = {}): SilenceEvent => ({
  type: 'SilenceCreated',
  data: { ...wanted, ...change },
});
const expire = (change: { readonly tenant?: string } = {}): SilenceCommand => ({
  type: 'ExpireSilence',
  data: { silenceId: 's1', tenant: 'acme', by: 'eli', at, ...change },
});
const expired = (by: string | null, when = at): SilenceEvent => ({
  type: 'SilenceExpired',
  data: { tenant: 'acme', silenceId: 's1', by, at: when },
});
const end = (when: SilenceCommand['data']['at']): SilenceCommand => ({
  type: 'EndSilence',
  data: { silenceId: 's1', at: when },
});
const window = { kind: 'maintenance', every: 'day', zone: 'Europe/Berlin' } as const;

describe('a silence', () => {
  it('is created as it is wanted, once', () => {
    given().when(create()).then(created());
    given(created()).when(create()).thenRefused('silence-exists');
    given(created(), expired('eli')).when(create()).thenRefused('silence-exists');
  });

  it('ends by itself when its time has come, and not before', () => {
    const state = silenceDecider.evolve(silenceDecider.initialState(), created());
    expect(silenceEntity.deadlines?.(state, 's1')).toEqual([{ name: 'end', at: wanted.until }]);
    given(created()).when(end(wanted.until)).then(expired(null, wanted.until));
    given(created())
      .when(end(plusMs(wanted.until, -1)))
      .thenNothing();
    given(created(), expired('eli')).when(end(wanted.until)).thenNothing();
  });

  it('is ended by a person before its time, once', () => {
    given(created()).when(expire()).then(expired('eli'));
    given(created(), expired('eli')).when(expire()).thenRefused('silence-over');
    given().when(expire()).thenRefused('silence-unknown');
  });

  it('is not there for another tenant, neither while it stands nor afterwards', () => {
    given(created())
      .when(expire({ tenant: 'shared' }))
      .thenRefused('silence-unknown');
    given(created(), expired('eli'))
      .when(expire({ tenant: 'shared' }))
      .thenRefused('silence-unknown');
  });

  it('may begin later', () => {
    const later = { from: plusMs(at, HOUR_MS) };
    given().when(create(later)).then(created(later));
  });

  it.each([
    ['silence-ends-before-it-begins', { until: at }],
    ['silence-ends-before-it-begins', { until: plusMs(at, -1) }],
    ['silence-too-long', { until: plusMs(at, 30 * 24 * HOUR_MS + 1) }],
    ['silence-over', { from: plusMs(at, -2 * HOUR_MS), until: at }],
    ['zone-unknown', { zone: 'Europe/Berln' }],
    ['silence-cannot-recur', { every: 'day' }],
    ['silence-overlaps-itself', { ...window, until: plusMs(at, 24 * HOUR_MS + 1) }],
    ['silence-overlaps-itself', { ...window, every: 'week', until: plusMs(at, 8 * 24 * HOUR_MS) }],
    ['matcher-unreadable', { matchers: [{ label: 'symbol', op: '=~', value: '(' }] }],
    ['matcher-unreadable', { matchers: [...wanted.matchers, { label: 'symbol', op: '!~', value: '(?=x)' }] }],
    ['silence-matches-everything', { matchers: [{ label: 'provider', op: '=~', value: '.*' }] }],
    ['silence-matches-everything', { matchers: [{ label: 'nobody', op: '!=', value: 'there' }] }],
  ] as const)('is refused as %s: %j', (rule, change) => {
    given().when(create(change)).thenRefused(rule);
  });

  it('lasts 30 days at most, which is allowed', () => {
    const month = { until: plusMs(at, 30 * 24 * HOUR_MS) };
    given().when(create(month)).then(created(month));
  });
});

describe('a maintenance window that comes back', () => {
  it('may have begun long ago, and ends only when a person ends it', () => {
    const long = { ...window, from: plusMs(at, -400 * 24 * HOUR_MS), until: plusMs(at, -400 * 24 * HOUR_MS + HOUR_MS) };
    given().when(create(long)).then(created(long));
    given(created(long)).when(end(at)).thenNothing();
    given(created(long)).when(expire()).then(expired('eli'));
    const state = silenceDecider.evolve(silenceDecider.initialState(), created(long));
    expect(silenceEntity.deadlines?.(state, 's1')).toEqual([]);
  });
});

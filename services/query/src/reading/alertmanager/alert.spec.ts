import { instant, pairOf } from '@tocsin/domain-kit';
import { alertOf, groupsOf, isMeant, providersInTrouble, type AlertFilter, type OpenEpisode } from './alert.ts';

const now = instant('2014-05-06T10:30:00.000Z');
const opened = instant('2014-05-06T10:00:00.000Z');
const pair = pairOf('EURUSD', '15m');

const episode = (data: Partial<OpenEpisode> = {}): OpenEpisode => ({
  ...{ episodeId: '3f8a1c0b92d4e6f7', scope: `pair-${pair}`, scopeKind: 'pair', level: 'ERROR', peak: 'CRITICAL' },
  ...{ cause: 'Two bars failed.', openedAt: opened, changedAt: opened, acknowledged: null, simulated: false },
  ...{ subject: { pair, symbol: 'EURUSD', timeframe: '15m', provider: 'kraken' }, toldOn: [] },
  ...{ tenant: 'shared', labels: {} },
  ...data,
});
const trouble = episode({
  ...{ episodeId: 'a0b1c2d3e4f50617', scope: 'provider-kraken', scopeKind: 'provider' },
  subject: { provider: 'kraken' },
});
const alone = { now, silences: [], providersInTrouble: new Map<string, string>() };
const everything: AlertFilter = { active: true, silenced: true, inhibited: true, matchers: [], receiver: null };
const silence = { silenceId: 's-1', matchers: [{ label: 'symbol', op: '=~', value: 'EUR.*' }] } as const;

describe('an episode as an alert', () => {
  it('has the episode’s id for a fingerprint, its moments, and an end that lies ahead', () => {
    expect(alertOf(episode({ toldOn: ['ops-log'] }), alone)).toEqual({
      annotations: { summary: 'Two bars failed.', peak: 'CRITICAL' },
      endsAt: '2014-05-06T10:35:00.000Z',
      fingerprint: '3f8a1c0b92d4e6f7',
      receivers: [{ name: 'tocsin' }, { name: 'ops-log' }],
      startsAt: opened,
      status: { inhibitedBy: [], silencedBy: [], state: 'active' },
      updatedAt: opened,
      labels: {
        ...{ family: 'flt', alertname: 'TocsinPair', severity: 'error', level: 'ERROR', scope: 'pair-EURUSD-15m' },
        ...{ scope_kind: 'pair', tenant: 'shared', simulated: 'false', pair: 'EURUSD-15m', symbol: 'EURUSD' },
        ...{ timeframe: '15m', provider: 'kraken' },
      },
    });
  });

  it('tells who took it on', () => {
    const acknowledged = { by: 'dana', reason: 'On it.', until: now };
    expect(alertOf(episode({ acknowledged }), alone).annotations).toMatchObject({
      ...{ acknowledged_by: 'dana', acknowledged_because: 'On it.', acknowledged_until: now },
    });
  });

  it('is suppressed by a silence that fits it, and by the trouble of its provider, whichever came first', () => {
    const circumstances = { now, silences: [silence], providersInTrouble: providersInTrouble([trouble, episode()]) };
    expect(alertOf(episode(), circumstances).status).toEqual({
      ...{ inhibitedBy: ['a0b1c2d3e4f50617'], silencedBy: ['s-1'], state: 'suppressed' },
    });
    expect(alertOf(trouble, circumstances).status).toEqual({ inhibitedBy: [], silencedBy: [], state: 'active' });
  });
});

describe('the alerts that are meant', () => {
  const circumstances = { now, silences: [silence], providersInTrouble: providersInTrouble([trouble]) };
  const held = alertOf(episode(), circumstances);
  const free = alertOf(trouble, circumstances);
  const meant = (filter: Partial<AlertFilter>) =>
    [held, free].filter((alert) => isMeant(alert, { ...everything, ...filter })).map(({ fingerprint }) => fingerprint);

  it.each<[Partial<AlertFilter>, readonly string[]]>([
    [{}, [held.fingerprint, free.fingerprint]],
    [{ active: false }, [held.fingerprint]],
    [{ silenced: false }, [free.fingerprint]],
    [{ inhibited: false }, [free.fingerprint]],
    [{ active: false, silenced: false, inhibited: false }, []],
    [{ matchers: [{ label: 'scope_kind', op: '=', value: 'provider' }] }, [free.fingerprint]],
    [{ receiver: (name) => name === 'ops-log' }, []],
    [{ receiver: (name) => name === 'tocsin' }, [held.fingerprint, free.fingerprint]],
  ])('by %j are %j', (filter, fingerprints) => {
    expect(meant(filter)).toEqual(fingerprints);
  });
});

describe('groups of alerts', () => {
  it('are by receiver and by what a message is about, in an order that does not depend on the alerts', () => {
    const one = alertOf(episode({ toldOn: ['ops-log'] }), alone);
    const other = alertOf(episode({ episodeId: '0000000000000001', scope: 'pair-USDJPY-15m' }), alone);
    const third = alertOf(trouble, alone);
    const labels = { tenant: 'shared', scope_kind: 'pair', provider: 'kraken', severity: 'error' };
    const groups = groupsOf([one, other, third], null);
    expect(groups).toEqual([
      { receiver: { name: 'ops-log' }, labels, alerts: [one] },
      { receiver: { name: 'tocsin' }, labels, alerts: [one, other] },
      { receiver: { name: 'tocsin' }, labels: { ...labels, scope_kind: 'provider' }, alerts: [third] },
    ]);
    expect(groupsOf([third, one, other], null).map((group) => group.labels)).toEqual(
      groups.map((group) => group.labels),
    );
    expect(groupsOf([one, other, third], (name) => name === 'ops-log')).toEqual([groups[0]]);
  });
});

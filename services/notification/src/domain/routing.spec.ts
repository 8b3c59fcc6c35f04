import type { Routing } from './routing.ts';
import { channelsFor, isAbove, unheardLevels } from './routing.ts';

const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
  channels: [
    { id: 'ops-log', kind: 'log', minLevel: 'INFO' },
    { id: 'ops-email', kind: 'email', minLevel: 'INFO' },
    { id: 'desk-webhook', kind: 'webhook', minLevel: 'CRITICAL' },
  ],
};

describe('routing', () => {
  it.each([
    ['WARN', ['ops-log']],
    ['ERROR', ['ops-log']],
    ['CRITICAL', ['ops-log', 'ops-email', 'desk-webhook']],
  ] as const)('lets %s be heard by %j: the right kinds, and none below its own level', (level, ids) => {
    expect(channelsFor(routing, level, {}).map(({ id }) => id)).toEqual(ids);
  });

  it('asks a channel what it wants to hear of, but for CRITICAL', () => {
    const kraken = [{ label: 'provider', op: '=', value: 'kraken' }] as const;
    const choosy: Routing = {
      ...routing,
      channels: [{ id: 'ops-log', kind: 'log', minLevel: 'INFO', events: kraken }],
    };
    const ids = (level: 'WARN' | 'CRITICAL', provider: string) =>
      channelsFor(choosy, level, { provider }).map(({ id }) => id);
    expect([ids('WARN', 'kraken'), ids('WARN', 'oanda'), ids('CRITICAL', 'oanda')]).toEqual([
      ['ops-log'],
      [],
      ['ops-log'],
    ]);
  });

  it('leaves a channel on standby alone', () => {
    const standby: Routing = { ...routing, channels: [{ id: 'spare', kind: 'log', minLevel: 'INFO', standby: true }] };
    expect(channelsFor(standby, 'CRITICAL', {})).toEqual([]);
    expect(unheardLevels(standby)).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });

  it('orders the rungs', () => {
    expect(isAbove('CRITICAL', 'ERROR')).toBe(true);
    expect(isAbove('WARN', 'WARN')).toBe(false);
    expect(isAbove('INFO', 'WARN')).toBe(false);
  });

  it('knows the levels of which nobody would hear', () => {
    expect(unheardLevels(routing)).toEqual([]);
    expect(unheardLevels({ ...routing, routes: { ...routing.routes, WARN: ['webhook'] } })).toEqual(['WARN']);
    expect(unheardLevels({ ...routing, channels: [] })).toEqual(['WARN', 'ERROR', 'CRITICAL']);
  });
});

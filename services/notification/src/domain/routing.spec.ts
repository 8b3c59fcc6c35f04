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
    expect(channelsFor(routing, level).map(({ id }) => id)).toEqual(ids);
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

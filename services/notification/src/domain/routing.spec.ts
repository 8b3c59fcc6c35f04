import { channelsFor, isAbove, reachingSomebody, type Routing } from './routing.ts';

const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
  enabled: [
    { id: 'log', kind: 'log' },
    { id: 'email', kind: 'email' },
  ],
};

describe('routing', () => {
  it('picks the enabled channels of the kinds that hear of a level', () => {
    expect(channelsFor(routing, 'ERROR').map(({ id }) => id)).toEqual(['log']);
    expect(channelsFor(routing, 'CRITICAL').map(({ id }) => id)).toEqual(['log', 'email']);
  });

  it('orders the rungs', () => {
    expect(isAbove('CRITICAL', 'ERROR')).toBe(true);
    expect(isAbove('WARN', 'WARN')).toBe(false);
    expect(isAbove('INFO', 'WARN')).toBe(false);
  });

  it('is no routing when something could happen of which nobody hears', () => {
    expect(reachingSomebody(routing)).toBe(routing);
    expect(() => reachingSomebody({ ...routing, routes: { ...routing.routes, WARN: ['webhook'] } })).toThrow(/WARN/);
  });
});

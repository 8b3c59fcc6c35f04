import { idOn, mayBeTakenOver, takeover } from './failover.ts';
import { letterAbout } from './letters.fixture.ts';

const channels = [
  { id: 'ops-log', kind: 'log' },
  { id: 'ops-slack', kind: 'slack' },
  { id: 'ops-webhook', kind: 'webhook' },
  { id: 'ops-standby', kind: 'email' },
] as const;
const critical = letterAbout(1, { level: 'CRITICAL' });

describe('when a channel fails', () => {
  it('the next channel that was not told takes over, with the same words and an id of its own', () => {
    const told = new Set(['esc:e1:CRITICAL:ops-webhook:0']);
    expect(takeover(critical, channels, told)).toEqual({
      ...critical,
      notificationId: 'esc:e1:CRITICAL:ops-standby:0',
      channelId: 'ops-standby',
      channelKind: 'email',
      takesOverFrom: 'ops-slack',
    });
  });

  it('nobody takes over where everybody was told', () => {
    const told = new Set(channels.map(({ id }) => idOn(critical, id)));
    expect(takeover(critical, channels, told)).toBeNull();
  });

  it('a digest of CRITICAL is taken over as it is', () => {
    const digest = letterAbout(1, { kind: 'digest', level: 'CRITICAL', notificationId: 'dig:1f:ops-slack:0' });
    expect(takeover(digest, channels, new Set())?.notificationId).toBe('dig:1f:ops-webhook:0');
  });

  it('only what somebody has to see soon is taken over', () => {
    expect(mayBeTakenOver(critical)).toBe(true);
    expect(mayBeTakenOver(letterAbout(1, { level: 'ERROR' }))).toBe(false);
    expect(mayBeTakenOver(letterAbout(1, { level: 'CRITICAL', kind: 'test' }))).toBe(false);
  });
});

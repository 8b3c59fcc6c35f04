import type { ChannelPolicy, Requested, TestChannel } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { Local } from '@tocsin/event-log';
import { channelEntity } from '../../channel.entity.ts';
import { ChannelController } from './channel.controller.ts';
import type { KnownChannel } from './known-channel.model.ts';

const at = instant('2014-05-06T10:00:00Z');
const rate = { messages: 1, perMs: 1_000 };
const opsLog: ChannelPolicy = {
  id: 'ops-log',
  kind: 'log',
  name: 'Operations log',
  enabled: true,
  minLevel: 'INFO',
  success: 'restoration',
  signals: false,
  rate,
};
const desk = (isOn: boolean): KnownChannel => ({
  channelId: 'desk',
  tenant: 'acme',
  version: 1,
  settings: {
    ...opsLog,
    name: 'Desk',
    enabled: isOn,
    events: [],
    standby: false,
    target: { kind: 'discord' },
    secretRefs: [],
  },
});

describe('a request to test a channel', () => {
  const controller = new ChannelController(channelEntity(), [opsLog]);
  const asked = (tenant: string, channelId: string): Requested<TestChannel> => ({
    type: 'TestChannel',
    data: { tenant, channelId },
    id: 'request-1',
    tenant,
    key: channelId,
    actor: 'person:dana',
    correlationId: 'request-1',
    expiresAt: null,
    sequence: 1,
  });
  const knowing = (known: KnownChannel | null): Local => ({ get: <Value>() => known as Value | undefined });
  const answer = (tenant: string, channelId: string, known: KnownChannel | null) => {
    const { entityType, key, command } = controller.onTestChannel(asked(tenant, channelId), at, knowing(known));
    return [entityType.type, key, command];
  };

  it('becomes a message on it, in the name of its tenant', () => {
    expect(answer('acme', 'desk', desk(true))).toEqual([
      'delivery',
      'test:desk:request-1',
      {
        type: 'Intend',
        data: expect.objectContaining({
          notificationId: 'test:desk:request-1',
          channelId: 'desk',
          channelKind: 'discord',
          kind: 'test',
          tenant: 'acme',
          title: 'Test: Desk',
        }) as unknown,
      },
    ]);
  });

  it('may be about a channel that the operator wired, from the house', () => {
    expect(answer('shared', 'ops-log', null).slice(0, 2)).toEqual(['delivery', 'test:ops-log:request-1']);
    expect(answer('acme', 'ops-log', null).slice(0, 2)).toEqual(['channel', 'ops-log']);
  });

  it.each([
    ['there is none', null],
    ['it is another’s', { ...desk(true), tenant: 'other' }],
    ['it is off', desk(false)],
  ])('is answered by the channel where %s', (_, known) => {
    expect(answer('acme', 'desk', known)).toEqual([
      'channel',
      'desk',
      { type: 'TestChannel', data: { tenant: 'acme', channelId: 'desk' } },
    ]);
  });
});

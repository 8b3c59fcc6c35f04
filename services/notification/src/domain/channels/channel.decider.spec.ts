import type { ChannelSettings, ChannelTarget } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { channelDecider, type Channel, type ChannelCommand } from './channel.decider.ts';

const at = instant('2014-05-06T10:00:00Z');
const asked = { by: 'person:dana', at };
const ids = { tenant: 'acme', channelId: 'acme-desk' };
const settings = (changes: Partial<ChannelSettings> = {}): ChannelSettings => ({
  name: 'Trading desk',
  enabled: true,
  events: [],
  minLevel: 'WARN',
  success: 'restoration',
  signals: false,
  rate: { messages: 1, perMs: 1_000 },
  standby: false,
  target: { kind: 'slack', channel: 'C0123456789' },
  secretRefs: [{ ref: 'acme.slack', until: null }],
  ...changes,
});

describe('a channel', () => {
  const decider = channelDecider((channelId) => channelId === 'ops-log');
  const after = (...commands: readonly ChannelCommand[]): Channel =>
    commands.reduce<Channel>((channel, command) => {
      const said = decider.decide(command, channel);
      if ('refused' in said) throw new Error(said.because);
      return said.reduce(decider.evolve, channel);
    }, decider.initialState());
  const refusalOf = (command: ChannelCommand, channel: Channel): string | null => {
    const said = decider.decide(command, channel);
    return 'refused' in said ? said.refused : null;
  };

  const add = (changes?: Partial<ChannelSettings>, of: Partial<typeof ids> = {}): ChannelCommand => ({
    type: 'AddChannel',
    data: { ...ids, ...of, channel: settings(changes), ...asked },
  });
  const change = (changes: Partial<ChannelSettings>, basedOn?: number): ChannelCommand => ({
    type: 'ChangeChannel',
    data: { ...ids, channel: settings(changes), ...(basedOn !== undefined && { basedOn }), ...asked },
  });
  const remove: ChannelCommand = { type: 'RemoveChannel', data: { ...ids, reason: 'The desk has moved.', ...asked } };
  const test = (tenant = 'acme'): ChannelCommand => ({ type: 'TestChannel', data: { ...ids, tenant } });

  it('is there as soon as it is added, and counts its changes', () => {
    expect(decider.decide(add(), decider.initialState())).toEqual([
      { type: 'ChannelChanged', data: { ...ids, version: 1, channel: settings(), ...asked } },
    ]);
    expect(after(add(), change({ minLevel: 'ERROR' }))).toMatchObject({ status: 'there', version: 2 });
  });

  it('does not change by being asked for what it is', () => {
    expect(decider.decide(change({}), after(add()))).toEqual([]);
    const turned = Object.fromEntries(Object.entries(settings()).reverse()) as ChannelSettings;
    expect(decider.decide(change(turned), after(add()))).toEqual([]);
  });

  it('is changed by whoever has seen its newest version', () => {
    const channel = after(add(), change({ minLevel: 'ERROR' }));
    expect(refusalOf(change({ minLevel: 'INFO' }, 1), channel)).toBe('channel-changed-meanwhile');
    expect(refusalOf(change({ minLevel: 'INFO' }, 2), channel)).toBeNull();
  });

  it('keeps its id, which stands in old messages, to its tenant for ever', () => {
    expect(refusalOf(add(), after(add()))).toBe('channel-taken');
    expect(refusalOf(add({}, { tenant: 'other' }), after(add()))).toBe('channel-taken');
    expect(refusalOf(add({}, { tenant: 'other' }), after(add(), remove))).toBe('channel-taken');
    expect(after(add(), remove, add())).toMatchObject({ status: 'there', version: 2 });
    expect(refusalOf(add({}, { channelId: 'ops-log' }), decider.initialState())).toBe('channel-taken');
  });

  it('of another tenant is one that there is not', () => {
    const channel = after(add());
    const strangers: readonly ChannelCommand[] = [
      { type: 'ChangeChannel', data: { ...ids, tenant: 'other', channel: settings(), ...asked } },
      { type: 'RemoveChannel', data: { ...ids, tenant: 'other', reason: 'Because.', ...asked } },
      test('other'),
    ];
    for (const command of strangers) {
      expect(refusalOf(command, channel)).toBe('channel-unknown');
      expect(refusalOf(command, decider.initialState())).toBe('channel-unknown');
    }
  });

  it('is removed once, and cannot be changed or tested then', () => {
    const channel = after(add(), remove);
    expect(decider.decide(remove, channel)).toEqual([]);
    expect(refusalOf(change({}), channel)).toBe('channel-unknown');
    expect(refusalOf(test(), channel)).toBe('channel-unknown');
  });

  it('can be tested while it is on', () => {
    expect(decider.decide(test(), after(add()))).toEqual([]);
    expect(refusalOf(test(), after(add({ enabled: false })))).toBe('channel-off');
  });

  const secret = [{ ref: 'acme.secret', until: null }];
  const invalid: readonly (readonly [string, Partial<ChannelSettings>])[] = [
    ['a webhook without a secret', { target: { kind: 'webhook', url: 'https://x.org' }, secretRefs: [] }],
    ['a webhook without an address', { target: { kind: 'webhook', url: 'https://[::' }, secretRefs: secret }],
    ['a bot without a token', { secretRefs: [] }],
    ['Slack without an address', { target: { kind: 'slack' }, secretRefs: [] }],
    ['Discord without an address', { target: { kind: 'discord' }, secretRefs: [] }],
    ['PagerDuty without a key', { target: { kind: 'pagerduty' }, secretRefs: [] }],
    [
      'a user of the house’s mail server',
      { target: { kind: 'email', to: ['a@x.org'], user: 'a' }, secretRefs: secret },
    ],
    [
      'a sender of the house’s mail server',
      { target: { kind: 'email', to: ['a@x.org'], from: 'b@x.org' }, secretRefs: [] },
    ],
    [
      'a mail server without a sender',
      { target: { kind: 'email', to: ['a@x.org'], server: 'smtp://x.org' }, secretRefs: [] },
    ],
    ['a password without a user', { target: { kind: 'email', to: ['a@x.org'] }, secretRefs: secret }],
    [
      'a user without a password',
      { target: { kind: 'alertmanager', url: 'https://am.org', user: 'a' }, secretRefs: [] },
    ],
    ['a condition that cannot be read', { events: [{ label: 'symbol', op: '=~', value: '(' }] }],
    ['a secret that is named twice', { secretRefs: [...secret, ...secret] }],
    ['a secret of another tenant', { secretRefs: [{ ref: 'other.slack', until: null }] }],
    ['a secret of nobody in particular', { secretRefs: [{ ref: 'slack', until: null }] }],
  ];
  it.each(invalid)('is not made as %s', (_, changes) => {
    expect(refusalOf(add(changes), decider.initialState())).toBe('channel-invalid');
    expect(refusalOf(change({ ...changes, name: 'Other' }), after(add()))).toBe('channel-invalid');
  });

  const valid: readonly ChannelTarget[] = [
    { kind: 'ntfy', topic: 'desk' },
    { kind: 'alertmanager', url: 'https://am.example.org' },
    { kind: 'email', to: ['a@x.org'] },
  ];
  it.each(valid)('is made of %j without a secret', (target) => {
    expect(refusalOf(add({ target, secretRefs: [] }), decider.initialState())).toBeNull();
  });

  it('of the house may have any secret', () => {
    const house = add({ secretRefs: [{ ref: 'acme.slack', until: null }] }, { tenant: 'shared' });
    expect(refusalOf(house, decider.initialState())).toBeNull();
  });
});

import {
  POLICY_DEFAULTS,
  type ChannelChanged,
  type ChannelRemoved,
  type PolicyChanged,
  type Recorded,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { addresseesNow, knownTenants, type KnownTenants } from './known-tenant.model.ts';

const at = instant('2026-03-02T09:30:00Z');
const envelope = {
  lane: 'LOG_NOTIFICATION',
  position: 7,
  key: 'acme-desk',
  id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
  service: 'notification',
  tenant: 'acme',
  time: at,
  recordedTime: at,
  entityVersion: 3,
  correlationId: 'c1',
  causationId: null,
  actor: 'dana',
  traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
  schemaVersion: 1,
} as const;
const { routing } = POLICY_DEFAULTS;

type Choice = ChannelChanged | ChannelRemoved | PolicyChanged;
const said = (event: Choice): Recorded<Choice> => ({ ...envelope, ...event });

const channel = (enabled: boolean): ChannelChanged => ({
  type: 'ChannelChanged',
  data: {
    tenant: 'acme',
    channelId: 'acme-desk',
    version: 1,
    channel: {
      name: 'Desk',
      enabled,
      events: [],
      minLevel: 'INFO',
      success: 'first',
      signals: true,
      rate: { messages: 1, perMs: 1_000 },
      standby: false,
      target: { kind: 'slack', channel: 'C0123456789' },
      secretRefs: [],
    },
    by: 'dana',
    at,
  },
});
const removed: ChannelRemoved = {
  type: 'ChannelRemoved',
  data: { tenant: 'acme', channelId: 'acme-desk', by: 'dana', reason: 'It moved.', at },
};
const policy = (kind: 'routing' | 'escalation', version: number): PolicyChanged => ({
  type: 'PolicyChanged',
  data: {
    policyId: `acme/${kind}`,
    tenant: 'acme',
    kind,
    version,
    policy: { ...(kind === 'routing' ? routing : POLICY_DEFAULTS.escalation) },
    by: 'dana',
    reason: 'We want it so.',
    at,
  },
});

const after = (...events: readonly Choice[]): KnownTenants =>
  events.reduce<KnownTenants>((tenants, event) => knownTenants.fold(tenants, said(event)), {});
const boot = [{ tenant: 'shared', routing: { version: 0, repeats: {} }, wishes: [] }];
const wishes = { success: 'first', signals: true };

describe('those who may have to be told', () => {
  it('are a tenant from its first channel on, with what the channel asks for', () => {
    expect(addresseesNow(boot, {})).toEqual(boot);
    expect(addresseesNow(boot, after(policy('routing', 1)))).toEqual(boot);
    expect(addresseesNow(boot, after(channel(true)))).toEqual([
      ...boot,
      { tenant: 'acme', routing: { version: 0, repeats: {} }, wishes: [wishes] },
    ]);
  });

  it('have the newest routing policy that they chose, and are not changed by any other', () => {
    const chosen = after(channel(true), policy('routing', 1), policy('routing', 2));
    expect(addresseesNow(boot, chosen)[1]?.routing).toEqual({ version: 2, repeats: routing.repeats });
    expect(knownTenants.fold(chosen, said(policy('escalation', 1)))).toBe(chosen);
  });

  it('ask for nothing on a channel that is off or gone, and are told of what they know to its end', () => {
    for (const choices of [after(channel(true), channel(false)), after(channel(true), removed)]) {
      const [, acme] = addresseesNow(boot, choices);
      expect(acme?.tenant).toBe('acme');
      expect(acme?.wishes.some(({ success, signals }) => signals || success !== 'restoration')).toBe(false);
    }
  });
});

import { POLICY_DEFAULTS, type PolicyChangedData } from '@tocsin/contracts';
import { ContractViolation, instant } from '@tocsin/domain-kit';
import { channel, houseBook } from '../desk/story.fixture.ts';
import { addresseesOf, bookOf, newestRoutingOf } from './address-book.ts';
import { bookOfChoices, NO_CHOICES, versionOf, type PolicyVersion } from './choices.ts';

const { routing } = POLICY_DEFAULTS;
const changed = (changes: Partial<PolicyChangedData>): PolicyChangedData => ({
  policyId: 'acme/routing',
  tenant: 'acme',
  kind: 'routing',
  version: 1,
  policy: { ...routing },
  by: 'dana',
  reason: 'We want it so.',
  at: instant('2026-03-02T09:30:00Z'),
  ...changes,
});
const version = (tenant: string, number: number, everyMs: number): PolicyVersion => ({
  tenant,
  version: number,
  kind: 'routing',
  policy: { ...routing, repeats: { CRITICAL: { everyMs } } },
});

describe('what tenants have chosen', () => {
  it('holds over what held at the start, each for itself, with every version', () => {
    const boot = houseBook();
    const acme = channel('slack', { id: 'acme-desk' });
    const book = bookOfChoices(boot, {
      ...NO_CHOICES,
      policies: [version('acme', 1, 60_000), version('acme', 2, 120_000)],
      channels: [
        { tenant: 'acme', channel: acme },
        { tenant: 'acme', channel: channel('log', { id: 'acme-off', enabled: false }) },
      ],
    });
    expect(newestRoutingOf(bookOf(book, 'shared'))).toBe(newestRoutingOf(bookOf(boot, 'shared')));
    expect(bookOf(book, 'acme').channels).toEqual([acme]);
    expect([...bookOf(book, 'acme').routings.keys()]).toEqual([0, 1, 2]);
    expect(newestRoutingOf(bookOf(book, 'acme')).repeats).toEqual({ CRITICAL: { everyMs: 120_000 } });
    expect(addresseesOf(book).map(({ tenant, routing: { version: newest } }) => [tenant, newest])).toEqual([
      ['shared', 0],
      ['acme', 2],
    ]);
  });

  it('keeps the newest quiet hours, and silences to whoever made them', () => {
    const hours = { zone: 'UTC', windows: [] };
    const silence = {
      silenceId: 's1',
      tenant: 'acme',
      matchers: [],
      from: instant(0),
      until: instant(1),
      every: null,
      zone: 'UTC',
    };
    const quiet = (number: number, zone: string): PolicyVersion => ({
      tenant: 'acme',
      version: number,
      kind: 'quiet-hours',
      policy: { ...hours, zone },
    });
    const book = bookOfChoices(houseBook(), {
      ...NO_CHOICES,
      policies: [quiet(2, 'Europe/Berlin'), quiet(1, 'UTC')],
      silences: [silence],
    });
    expect(bookOf(book, 'acme').holds).toEqual({
      silences: [silence],
      quietHours: { version: 2, hours: { ...hours, zone: 'Europe/Berlin' } },
    });
    expect(bookOf(book, 'shared').holds).toEqual({ silences: [], quietHours: null });
    expect(bookOf(book, 'nobody').channels).toEqual([]);
  });

  it('is read from what escalation says of policies, but for those of escalation itself', () => {
    expect(versionOf(changed({}))).toEqual({ tenant: 'acme', version: 1, kind: 'routing', policy: routing });
    expect(versionOf(changed({ kind: 'escalation', policy: { ...POLICY_DEFAULTS.escalation } }))).toBeNull();
    expect(() => versionOf(changed({ kind: 'quiet-hours' }))).toThrow(ContractViolation);
  });
});

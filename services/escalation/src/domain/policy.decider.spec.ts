import { POLICY_DEFAULTS, type PolicyChanged, type PolicyDocument } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { policyDecider, type PolicyCommand } from './policy.decider.ts';
import { HOUSE_TERMS } from './terms.ts';

const { given } = specify(policyDecider);

const at = instant('2026-03-02T09:30:00Z');
const quiet = { zone: 'Europe/Berlin', windows: [{ days: ['mon'], from: '22:00', to: '07:00' }] };
const wanted = { tenant: 'acme', kind: 'quiet-hours', by: 'dana', reason: 'Nobody is on call at night.', at } as const;
const change = (policy: PolicyDocument, basedOn: number | null = null): PolicyCommand => ({
  type: 'ChangePolicy',
  data: { ...wanted, policy, basedOn },
});
const changed = (policy: PolicyDocument, version: number): PolicyChanged => ({
  type: 'PolicyChanged',
  data: { ...wanted, policyId: 'acme/quiet-hours', version, policy },
});
const none = { ...quiet, windows: [] };

describe('a policy', () => {
  it('has versions in a row, from 1', () => {
    given().when(change(quiet)).then(changed(quiet, 1));
    given(changed(quiet, 1)).when(change(none)).then(changed(none, 2));
    given(changed(quiet, 1), changed(none, 2)).when(change(quiet, 2)).then(changed(quiet, 3));
  });

  it('is changed by whoever saw its newest version', () => {
    given().when(change(quiet, 0)).then(changed(quiet, 1));
    given(changed(quiet, 1)).when(change(none, 0)).thenRefused('policy-changed-meanwhile');
    given().when(change(quiet, 1)).thenRefused('policy-changed-meanwhile');
  });

  it('does not get a version for nothing, in whatever order its fields stand', () => {
    given(changed(quiet, 1)).when(change(quiet)).thenNothing();
    given(changed(quiet, 1))
      .when(change({ windows: [{ to: '07:00', from: '22:00', days: ['mon'] }], zone: 'Europe/Berlin' }))
      .thenNothing();
    // Whoever asks again because the answer was lost has what they want.
    given(changed(quiet, 1)).when(change(quiet, 0)).thenNothing();
  });

  it.each([
    ['/windows/0/from', { ...quiet, windows: [{ days: ['mon'], from: '25:00', to: '07:00' }] }],
    ['/windows', { zone: 'UTC' }],
    ['/zone', { ...none, zone: 'Europe/Berln' }],
    ['/misspelt', { ...none, misspelt: true }],
  ])('that is not right is refused, and says where: %s', (pointer, document) => {
    given().when(change(document)).thenRefused('policy-invalid');
    expect(policyDecider.decide(change(document), null)).toMatchObject({
      because: expect.stringContaining(pointer) as string,
    });
  });

  it('about when trouble climbs is the same for everybody', () => {
    const terms: PolicyCommand = {
      type: 'ChangePolicy',
      data: { ...wanted, kind: 'escalation', policy: POLICY_DEFAULTS.escalation, basedOn: null },
    };
    given().when(terms).thenRefused('policy-is-shared');
    given()
      .when({ ...terms, data: { ...terms.data, tenant: 'shared' } })
      .then({
        type: 'PolicyChanged',
        data: {
          ...{ ...wanted, tenant: 'shared', kind: 'escalation', policyId: 'shared/escalation', version: 1 },
          policy: POLICY_DEFAULTS.escalation,
        },
      });
  });
});

describe('the terms of the house', () => {
  it('are what its policy says, for what was said before there were any', () => {
    expect(HOUSE_TERMS).toEqual({ version: 0, ...POLICY_DEFAULTS.escalation });
  });
});

import { foldProjection } from '@tocsin/event-log';
import { recorded } from '../../test/facts.ts';
import { policyChanged } from '../../test/people-facts.ts';
import { policy } from './policy.projection.ts';

it('keeps every version of every tenant’s policy', () => {
  const acme = policyChanged(0, { policyId: 'acme/quiet-hours', tenant: 'acme' });
  const rows = foldProjection(policy, recorded([policyChanged(0), policyChanged(1), acme]));
  expect(rows.map(({ tenant, version }) => [tenant, version])).toEqual([
    ['shared', 1],
    ['shared', 2],
    ['acme', 1],
  ]);
  expect(rows[1]).toMatchObject({ kind: 'quiet-hours', reason: 'Weekends.', document: { zone: 'Europe/Berlin' } });
});

import type { PolicyChanged } from '@tocsin/contracts';
import type { EntityType } from '@tocsin/event-log';
import { policyDecider, type Policy, type PolicyCommand, type PolicyRefusal } from './domain/policy.decider.ts';

/** The policies of tenants; `<tenant>/<kind>` is the key. A document is larger than what most entities remember. */
export const policy: EntityType<PolicyCommand, PolicyChanged, Policy, PolicyRefusal> = {
  type: 'policy',
  stateBytesMax: 32_768,
  decider: policyDecider,
};

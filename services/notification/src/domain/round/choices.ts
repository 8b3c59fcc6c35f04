import {
  SHARED_TENANT,
  validatePolicy,
  type ChannelPolicy,
  type PolicyChangedData,
  type QuietHours,
  type RoutingPolicy,
} from '@tocsin/contracts';
import type { Silence } from '../holds/silence.ts';
import type { AddressBook, TenantBook } from './address-book.ts';

/** One version of a policy that says who is told what and when. */
export type PolicyVersion = { readonly tenant: string; readonly version: number } & (
  | { readonly kind: 'routing'; readonly policy: RoutingPolicy }
  | { readonly kind: 'quiet-hours'; readonly policy: QuietHours }
);

/** What tenants have chosen while the service ran. */
export type Choices = {
  /** Every version of each. */
  readonly policies: readonly PolicyVersion[];
  readonly silences: readonly Silence[];
  readonly channels: readonly { readonly tenant: string; readonly channel: ChannelPolicy }[];
};

export const NO_CHOICES: Choices = { policies: [], silences: [], channels: [] };

/**
 * The version that a fact names; null where it is about something else than who is told.
 * @throws {ContractViolation} when it is not as its schema says, which escalation looked at before it said so.
 */
export function versionOf({ tenant, version, kind, policy }: PolicyChangedData): PolicyVersion | null {
  switch (kind) {
    case 'routing':
      validatePolicy('routing', policy);
      return { tenant, version, kind, policy };
    case 'quiet-hours':
      validatePolicy('quiet-hours', policy);
      return { tenant, version, kind, policy };
    case 'escalation':
      return null;
  }
}

/** What holds now: what tenants have chosen, over what held at the start. */
export function bookOfChoices(boot: AddressBook, { policies, silences, channels }: Choices): AddressBook {
  const named = [...policies, ...silences, ...channels].map(({ tenant }) => tenant);
  const tenants = new Map<string, TenantBook>();
  for (const tenant of new Set([SHARED_TENANT, ...boot.tenants.keys(), ...named])) {
    const before = boot.tenants.get(tenant) ?? boot.nobody;
    const own = policies.filter((one) => one.tenant === tenant);
    const routings = own.flatMap((one) => (one.kind === 'routing' ? [[one.version, one.policy] as const] : []));
    const quiet = own.flatMap((one) =>
      one.kind === 'quiet-hours' ? [{ version: one.version, hours: one.policy }] : [],
    );
    tenants.set(tenant, {
      routings: new Map([...before.routings, ...routings]),
      newestRouting: Math.max(before.newestRouting, ...routings.map(([version]) => version)),
      channels: [
        ...before.channels,
        ...channels.flatMap((one) => (one.tenant === tenant && one.channel.enabled ? [one.channel] : [])),
      ],
      holds: {
        silences: silences.filter((one) => one.tenant === tenant),
        quietHours: quiet.reduce(
          (newest, one) => (newest && newest.version > one.version ? newest : one),
          before.holds.quietHours,
        ),
      },
    });
  }
  return { tenants, nobody: boot.nobody };
}

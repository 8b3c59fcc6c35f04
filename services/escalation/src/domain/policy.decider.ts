import {
  policyProblems,
  SHARED_TENANT,
  type PolicyChanged,
  type PolicyDocument,
  type SchemaProblem,
} from '@tocsin/contracts';
import { isTimeZone, refuse, type Decider, type Instant } from '@tocsin/domain-kit';

/** The newest version of a tenant's policy; null while what holds is what the house came with. */
export type Policy = Pick<PolicyChanged['data'], 'version' | 'policy'> | null;

export type PolicyCommand = {
  readonly type: 'ChangePolicy';
  readonly data: Omit<PolicyChanged['data'], 'policyId' | 'version' | 'at'> & {
    /** The version that the person had before them; null when any will do. */
    readonly basedOn: number | null;
    readonly at: Instant;
  };
};

export type PolicyRefusal = 'policy-invalid' | 'policy-changed-meanwhile' | 'policy-is-shared';

/** A tenant's policy of one kind, as a key. */
export const policyIdOf = ({ tenant, kind }: Pick<PolicyChanged['data'], 'tenant' | 'kind'>): string =>
  `${tenant}/${kind}`;

const FAULTS_TOLD = 10;

/** Keeps the versions of one policy in a row; a change that changes nothing is none. */
export const policyDecider: Decider<PolicyCommand, PolicyChanged, Policy, PolicyRefusal> = {
  initialState: () => null,

  decide({ data: { basedOn, ...wanted } }, standing) {
    const { tenant, kind, policy } = wanted;
    if (kind === 'escalation' && tenant !== SHARED_TENANT)
      return refuse(
        'policy-is-shared',
        `When trouble climbs is the same for everybody: change it as ${SHARED_TENANT}.`,
      );
    const problems = problemsOf(kind, policy);
    if (problems.length > 0) {
      const told = problems.slice(0, FAULTS_TOLD).map(({ pointer, message }) => `${pointer} ${message}`);
      return refuse('policy-invalid', told.join('; '));
    }
    if (standing !== null && canonical(standing.policy) === canonical(policy)) return [];
    const version = standing?.version ?? 0;
    if (basedOn !== null && basedOn !== version)
      return refuse('policy-changed-meanwhile', `The newest version is ${version}, not ${basedOn}.`);
    return [{ type: 'PolicyChanged', data: { ...wanted, policyId: policyIdOf(wanted), version: version + 1 } }];
  },

  evolve: (_standing, { data: { version, policy } }) => ({ version, policy }),
};

/** What is wrong with a document: what its schema sees, and what no schema can. */
function problemsOf(kind: PolicyChanged['data']['kind'], document: PolicyDocument): readonly SchemaProblem[] {
  const problems = policyProblems(kind, document);
  if (problems.length > 0 || kind !== 'quiet-hours') return problems;
  const { zone } = document;
  return typeof zone === 'string' && isTimeZone(zone)
    ? []
    : [{ pointer: '/zone', message: 'must be a time zone by its IANA name, such as Europe/Berlin' }];
}

/** The same text for the same document, in whatever order its fields stand. */
const canonical = (document: unknown): string =>
  JSON.stringify(document, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

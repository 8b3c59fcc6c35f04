import { SHARED_TENANT, validatePolicy, type EventName, type PolicyChanged } from '@tocsin/contracts';
import type { Local, LocalModel, Sql } from '@tocsin/event-log';
import { policyIdOf } from '../domain/policy.decider.ts';
import { HOUSE_TERMS, type Terms } from '../domain/terms.ts';

/** The policy that says when trouble climbs; there is one for everybody. */
const ESCALATION = policyIdOf({ tenant: SHARED_TENANT, kind: 'escalation' });

/** The facts after which an episode may begin. */
const BEGINNINGS = [
  'BreakerOpened',
  'BreakerHalfOpened',
  'BreakerClosed',
  'FeedAdded',
  'FeedPaused',
  'FeedRemoved',
  'FeedResumed',
  'FeedSwitched',
  'BarClosed',
  'BarMissed',
  'AttemptFailed',
  'RunCompleted',
  'RunSkipped',
  'RunFailed',
  'OutageOpened',
  'OutageClosed',
  'ProviderTripped',
  'ProviderRestored',
  'EpisodeRaised',
  'AgentLost',
  'AgentReturned',
  'AgentRetired',
  'AgentTripped',
  'AgentRestored',
  'TaskUnroutable',
  'TaskFailed',
  'EventParked',
  'LaneHalted',
  'ProjectionHalted',
  'DeliveryDeadLettered',
  'AlertRaised',
  'AlertRearmed',
  'IncidentOpened',
  'IncidentClosed',
] as const satisfies readonly EventName[];

/** The terms in force, as the service's own `PolicyChanged` has said them. */
export const termsModel: LocalModel<Terms | null, PolicyChanged> = {
  name: 'terms',
  hears: ['PolicyChanged'],
  keyOf: ({ data }) => data.policyId,
  reads: { on: BEGINNINGS, keysOf: () => [ESCALATION] },
  asked: { on: ['ReportAlert'], keysOf: () => [ESCALATION] },
  async load(sql, policyIds) {
    const terms = policyIds.includes(ESCALATION) ? await storedTerms(sql) : null;
    return new Map(terms === null ? [] : [[ESCALATION, terms]]);
  },
  fold: (terms = null, { data }) => (data.kind === 'escalation' ? termsOf(data) : terms),
  async save(sql, changed) {
    const terms = changed.get(ESCALATION) ?? null;
    if (terms === null) return;
    await sql.query(
      `INSERT INTO terms_in_force (is_only, terms) VALUES (true, $1)
       ON CONFLICT (is_only) DO UPDATE SET terms = excluded.terms`,
      [JSON.stringify(terms)],
    );
  },
};

/** A policy was found right before its change was said. */
function termsOf({ version, policy }: PolicyChanged['data']): Terms {
  validatePolicy('escalation', policy);
  return { version, ...policy };
}

/** The terms by which an episode would begin now. */
export const termsInForce = (local: Local): Terms => local.get(termsModel, ESCALATION) ?? HOUSE_TERMS;

/** The same for a watch, which looks at the tables by itself. */
export const readTermsInForce = async (sql: Sql): Promise<Terms> => (await storedTerms(sql)) ?? HOUSE_TERMS;

async function storedTerms(sql: Sql): Promise<Terms | null> {
  const { rows } = await sql.query<{ terms: Terms }>('SELECT terms FROM terms_in_force', []);
  return rows[0]?.terms ?? null;
}

import { createHash } from 'node:crypto';
import { SHARED_TENANT, type AlertRaised, type IncidentOpened, type ReportAlert } from '@tocsin/contracts';
import type { Pair } from '@tocsin/domain-kit';
import type { Scope } from '../domain/episode.ts';
import type { PairProfile } from './pair-line.model.ts';

const PAIR = 'pair-';
const SERVICE = 'service-';
const PROVIDER = 'provider-';
const AGENT = 'agent-';
const ALERT = 'alert-';

const pairScope = (pair: Pair): string => `${PAIR}${pair}`;

export const serviceScope = (service: string): string => `${SERVICE}${service}`;

/** The pair that a scope of a pair is about. */
export const pairOfScope = (scope: string): string => scope.slice(PAIR.length);

/** The service that a scope is about; null when it is about something else. */
export const serviceOfScope = (scope: string): string | null =>
  scope.startsWith(SERVICE) ? scope.slice(SERVICE.length) : null;

/** A pair as the subject of an episode. */
export const aboutPair = (pair: Pair, { symbol, timeframe, provider, simulated, lastSeen }: PairProfile): Scope => ({
  scope: pairScope(pair),
  scopeKind: 'pair',
  simulated,
  subject: { pair, symbol, timeframe, ...(provider === null ? {} : { provider }) },
  ...(lastSeen === null ? {} : { freshness: lastSeen }),
});

/** A provider as the subject of an episode. */
export const aboutProvider = (provider: string, simulated: boolean): Scope => ({
  scope: `${PROVIDER}${provider}`,
  scopeKind: 'provider',
  simulated,
  subject: { provider },
});

/** A service as the subject of an episode. Services are real even where the prices are not. */
export const aboutService = (service: string): Scope => ({
  scope: serviceScope(service),
  scopeKind: 'service',
  simulated: false,
  subject: { service },
});

/** An agent as the subject of an episode. Agents are real even where the prices are not. */
export const aboutAgent = (agent: string): Scope => ({
  scope: `${AGENT}${agent}`,
  scopeKind: 'agent',
  simulated: false,
  subject: { agent },
});

const KEY_LENGTH_MAX = 58;
const DIGEST_LENGTH = 16;

/** A kind and a key as a scope. A key that is too long for a subject is cut, and made one of a kind again by a digest. */
function scopeOf(kind: 'portfolio' | 'release', key: string): string {
  const cut = `${key.slice(0, KEY_LENGTH_MAX - DIGEST_LENGTH - 1)}-${digestOf(key)}`;
  return `${kind}-${key.length <= KEY_LENGTH_MAX ? key : cut}`;
}

/** Names of portfolios and releases are a tenant's own; no name holds the sign that ends the tenant's. */
const ownKey = (tenant: string | undefined, name: string): string =>
  tenant === undefined || tenant === SHARED_TENANT ? name : `${tenant}=${name}`;

/** One kind of alert of a portfolio as the subject of an episode. */
export function aboutPortfolio({ tenant, portfolio, alertType, simulated = false }: PortfolioAlert): Scope {
  return {
    scope: scopeOf('portfolio', ownKey(tenant, `${portfolio}-${alertType}`)),
    scopeKind: 'portfolio',
    simulated,
    subject: { portfolio, alertType },
    ...(tenant === undefined ? {} : { tenant }),
  };
}

type PortfolioAlert = Pick<AlertRaised['data'], 'tenant' | 'portfolio' | 'alertType' | 'simulated'>;

/** A release as the subject of an episode. */
export const aboutRelease = ({ tenant, release }: Pick<IncidentOpened['data'], 'tenant' | 'release'>): Scope => ({
  scope: scopeOf('release', ownKey(tenant, release)),
  scopeKind: 'release',
  simulated: false,
  subject: { release },
  ...(tenant === undefined ? {} : { tenant }),
});

/** Somebody else's alert as the subject of an episode. */
export const aboutAlert = ({ fingerprint, name, labels }: ReportAlert['data']): Scope => ({
  scope: `${ALERT}${fingerprint}`,
  scopeKind: 'alert',
  simulated: false,
  subject: { alertName: name },
  labels,
});

/** The id of the episode that a fact would begin at a scope: 16 hexadecimal digits, the same whenever it is asked. */
export const episodeIdOf = (scope: string, eventId: string): string => digestOf(`${scope}|${eventId}`);

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);

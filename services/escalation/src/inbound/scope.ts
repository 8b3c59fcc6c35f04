import { createHash } from 'node:crypto';
import type { Pair } from '@tocsin/domain-kit';
import type { Scope } from '../domain/episode.ts';
import type { PairProfile } from './pair-line.model.ts';

const PAIR = 'pair-';
const SERVICE = 'service-';
const PROVIDER = 'provider-';
const AGENT = 'agent-';

const pairScope = (pair: Pair): string => `${PAIR}${pair}`;

export const serviceScope = (service: string): string => `${SERVICE}${service}`;

/** The pair that a scope of a pair is about. */
export const pairOfScope = (scope: string): string => scope.slice(PAIR.length);

/** The service that a scope is about; null when it is about something else. */
export const serviceOfScope = (scope: string): string | null =>
  scope.startsWith(SERVICE) ? scope.slice(SERVICE.length) : null;

/** A pair as the subject of an episode. */
export const aboutPair = (pair: Pair, { symbol, timeframe, provider, simulated }: PairProfile): Scope => ({
  scope: pairScope(pair),
  scopeKind: 'pair',
  simulated,
  subject: { pair, symbol, timeframe, ...(provider === null ? {} : { provider }) },
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

/** The id of the episode that a fact would begin at a scope: 16 hexadecimal digits, the same whenever it is asked. */
export const episodeIdOf = (scope: string, eventId: string): string =>
  createHash('sha256').update(`${scope}|${eventId}`).digest('hex').slice(0, 16);

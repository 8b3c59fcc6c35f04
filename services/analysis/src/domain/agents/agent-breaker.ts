import type { AgentFailureSource } from '@tocsin/contracts';

/** Whether an agent gets tasks of one type. What its failures weigh is counted since its last success. */
export type Breaker =
  | { readonly state: 'closed'; readonly weight: number }
  | { readonly state: 'open' }
  /** One task is let through, and how it ends decides. */
  | { readonly state: 'half-open' };

/** An agent without a failure. */
export const UNTROUBLED: Breaker = { state: 'closed', weight: 0 };

/** From here on a breaker opens: three crashes in a row, or six broken connections. */
export const OPENS_AT_WEIGHT = 3;

/**
 * What a failure says against the agent itself. A model that is too slow is not the agent's fault, and neither is one
 * that is full: the model's own breaker counts those. A broken connection may be either's.
 */
export const WEIGHTS: Readonly<Record<AgentFailureSource, number>> = {
  sovereign_timeout: 0,
  capacity: 0,
  network_error: 0.5,
  bad_output: 1,
  agent_crash: 1,
  unknown: 1,
};

/** Whether a failure of that weight opens the breaker. On trial only a failure that weighs something does. */
export function opensBy(breaker: Breaker, weight: number): boolean {
  switch (breaker.state) {
    case 'closed':
      return breaker.weight + weight >= OPENS_AT_WEIGHT;
    case 'half-open':
      return weight > 0;
    case 'open':
      return false;
  }
}

/** The breaker after a failure that does not open it. */
export const weighed = (breaker: Breaker, weight: number): Breaker =>
  breaker.state === 'closed' && weight > 0 ? { state: 'closed', weight: breaker.weight + weight } : breaker;

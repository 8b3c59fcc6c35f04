import type { EpisodeRaised } from '@tocsin/contracts';

/** The terms by which an episode climbs and ends. One that is open keeps those that it began with. */
export type Terms = NonNullable<EpisodeRaised['data']['policy']>;

/**
 * The terms of the house, which hold until somebody changes them. Facts from before terms were said rest on these, so
 * they never change here: what the house would like better some day is a policy.
 */
export const HOUSE_TERMS: Terms = {
  version: 0,
  pair: {
    warn: { failed: 1, amber: 2 },
    error: { failed: 2, red: 1 },
    critical: { failed: 3, red: 3 },
    goodBarsToClear: 2,
    breakerCriticalMs: 1_800_000,
  },
  provider: { errorBoundaries: 1, criticalBoundaries: 3 },
  reopenWithinMs: 900_000,
  acknowledgement: { criticalMs: 14_400_000, otherMs: 86_400_000, maxMs: 259_200_000 },
};

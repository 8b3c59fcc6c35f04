import type { Mutant } from './mutant.ts';

export const sessionLock: Mutant = {
  name: 'session lock instead of lease',
  defect: 'Whoever holds the lock holds it as long as its session lives, also while it stands still.',
  edits: [{ file: 'lane/lease.js', find: 'leaseMs: LEASE_MS', replace: 'leaseMs: Number.MAX_SAFE_INTEGER / 4' }],
};

import type { Mutant } from './mutant.ts';

export const leaseNotConfirmed: Mutant = {
  name: 'lease not confirmed',
  defect: 'A process believes that it still holds its lease, and does not prove it in the transaction that it writes.',
  edits: [
    { file: 'lane/lease.js', find: 'return tables.confirmLease(this.#claim, this.#fence);', replace: 'return true;' },
  ],
};

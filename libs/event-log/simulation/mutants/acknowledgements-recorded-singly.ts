import type { Mutant } from './mutant.ts';

export const acknowledgementsRecordedSingly: Mutant = {
  name: 'non-contiguous acknowledgements recorded',
  defect: 'Each acknowledgement is kept for itself and believed for ever, so what the log loses later leaves a hole.',
  edits: [
    { file: 'lane/publisher.js', find: 'this.#early.clear();', replace: '' },
    {
      file: 'lane/publisher.js',
      find: 'this.#early.delete(this.#acknowledged + 1)',
      replace: 'this.#early.has(this.#acknowledged + 1)',
    },
    {
      file: 'lane/publisher.js',
      find: 'this.#line.publish({',
      replace: 'if (!this.#early.has(position)) this.#line.publish({',
    },
  ],
};

import type { Mutant } from './mutant.ts';

export const requestsByTheWindow: Mutant = {
  name: "requests told apart only by the server's window",
  defect: 'A request that is published again after the server has forgotten its id is carried out again.',
  edits: [
    {
      file: 'step/step-runner.js',
      find: 'return work(tables, firstOfEach(part, handled));',
      replace: 'return work(tables, part);',
    },
  ],
};

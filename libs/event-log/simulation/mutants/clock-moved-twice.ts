import type { Mutant } from './mutant.ts';

export const clockMovedTwice: Mutant = {
  name: 'clock not put back before a second attempt',
  defect: 'A transaction that is done again starts with the time that its first attempt ended with.',
  edits: [
    {
      file: 'step/step-runner.js',
      find: 'goBack();\n                if (!(await lease.confirm(tables)))',
      replace: 'if (!(await lease.confirm(tables)))',
    },
  ],
};

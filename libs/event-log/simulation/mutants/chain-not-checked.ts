import type { Mutant } from './mutant.ts';

export const chainNotChecked: Mutant = {
  name: 'chain not checked',
  defect: 'A reader believes what the log says, whatever its chain.',
  edits: [
    {
      file: 'step/heard-lane.js',
      find: `if (message.chain !== expected.toString('hex')) {`,
      replace: 'if (false) {',
    },
  ],
};

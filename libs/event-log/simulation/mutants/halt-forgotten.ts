import type { Mutant } from './mutant.ts';

export const haltForgotten: Mutant = {
  name: 'halt forgotten in the middle of a batch',
  defect:
    'A lane is halted at once at an unsound message, and goes on as healthy once what came before it is applied; nobody asks for what does not come.',
  edits: [
    {
      file: 'step/heard-lane.js',
      find: 'if (this.#halt !== null && checkpoint.position < this.#halt.position)',
      replace: 'if (false)',
    },
    { file: 'step/heard-lane.js', find: 'if (now - this.#quietSince < NOTHING_COMES_MS)', replace: 'if (true)' },
  ],
};

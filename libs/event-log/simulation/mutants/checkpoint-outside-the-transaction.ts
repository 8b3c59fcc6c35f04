import type { Mutant } from './mutant.ts';

export const checkpointOutsideTheTransaction: Mutant = {
  name: 'checkpoint outside the transaction',
  defect: 'The checkpoint moves in a transaction of its own, after what it stands for was committed.',
  edits: [
    {
      file: 'step/lane-hearing.js',
      find: 'return { result, checkpoint: await this.#move(tables, { ...end, heardTime }) };',
      replace: 'return { result, checkpoint: { ...end, heardTime } };',
    },
    {
      file: 'step/lane-hearing.js',
      find: 'if (outcome === null || outcome.checkpoint === null)',
      replace: `if (outcome?.checkpoint) await runner.run(0, (tables) => this.#move(tables, outcome.checkpoint));
        if (outcome === null || outcome.checkpoint === null)`,
    },
  ],
};

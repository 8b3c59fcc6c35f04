import type { Mutant } from './mutant.ts';

export const knowledgeKeptAfterTrouble: Mutant = {
  name: 'knowledge kept after trouble',
  defect: 'After a step without an answer, a process goes on with what it believes instead of what was committed.',
  edits: [
    {
      file: 'step/consumer.js',
      find: 'this.#isKnowledgeStale = true;\n            return 0;',
      replace: 'for (const lane of this.#lanes) lane.rewind();\n            return 0;',
    },
  ],
};

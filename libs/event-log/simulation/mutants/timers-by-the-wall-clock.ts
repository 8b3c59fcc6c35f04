import type { Mutant } from './mutant.ts';

export const timersByTheWallClock: Mutant = {
  name: 'timers by the wall clock in replay',
  defect: 'While history is played, deadlines pass by the time of the machine.',
  edits: [
    {
      file: 'step/service-clock.js',
      find: `if (this.#mode === 'accelerated' || this.#behind.size > 0)`,
      replace: 'if (this.#behind.size > 0)',
    },
  ],
};

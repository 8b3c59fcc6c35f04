import type { Mutant } from './mutant.ts';

export const noFence: Mutant = {
  name: 'no fence',
  defect: 'Messages do not say what must stand before them, so a lost one leaves its place to the next.',
  edits: [{ file: 'lane/stamp.js', find: `'Nats-Expected-Last-Sequence': String(position - 1),`, replace: '' }],
};

import type { Mutant } from './mutant.ts';

export const positionsByInsertId: Mutant = {
  name: 'positions by insert id',
  defect: 'The order of insertion is taken for the order of commits, and its holes for positions.',
  edits: [{ file: 'lane/numbering.js', find: 'position += 1;', replace: 'position = entry.insertId;' }],
};

import type { Mutant } from './mutant.ts';

export const messageIdOfTheEvent: Mutant = {
  name: 'message id not the position',
  defect: 'A message is known by its event, so an event that is said twice is swallowed and the lane is jammed.',
  edits: [{ file: 'lane/stamp.js', find: '`${laneId}:${position}`', replace: 'eventId' }],
};

import type { ServiceName } from '@tocsin/contracts';

/** Where two keepers of a lane do not agree. */
export type Difference = {
  readonly position: number;
  readonly what:
    | 'stream' // The stream itself is missing, another lane's, or not made as it must be.
    | 'missing' // The log does not hold the position.
    | 'event' // It holds another event there than the one that was decided.
    | 'chain' // What it holds does not follow the chain.
    | 'header' // A header is not what the relay writes.
    | 'kept' // Journal or archive holds something else than the log, whose own chain is sound.
    | 'tail' // The log ends before what it had acknowledged.
    | 'ahead' // The log goes on beyond the last position that was given.
    | 'row' // The end of the log does not carry the chain of the lane's row.
    | 'reader'; // A service has heard something else there.
  readonly expected: string;
  readonly found: string;
};

/** The difference as a sentence for a person. */
export const differenceSentence = ({ position, expected, found }: Difference): string =>
  `position ${position}: expected ${expected}; found ${found}`;

/** What a person can do about it. */
export function remedyOf(service: ServiceName, { what }: Difference): string {
  switch (what) {
    case 'stream':
    case 'missing':
    case 'event':
    case 'chain':
    case 'header':
    case 'tail':
    case 'ahead':
      return `tocsin log repair ${service} --dry-run tells what can be done about it.`;
    case 'kept':
    case 'row':
      return `The database contradicts a sound log: restore a sound copy of schema ${service}.`;
    case 'reader':
      return 'That service has heard what this lane never said; its schema must come from the same moment as the rest.';
  }
}

import type { EventParked, LaneHalted, ProjectionHalted, Recorded } from '@tocsin/contracts';
import { plainText } from '@tocsin/domain-kit';
import type { Level } from '../domain/level.ts';

/** The facts by which a service says that something in it stands still. */
export type TroubleFact = EventParked | LaneHalted | ProjectionHalted;

/** A parked key stops one entity; a halted lane or read model stops everything behind it. */
export const levelOfTrouble = ({ type }: TroubleFact): Level => (type === 'EventParked' ? 'WARN' : 'CRITICAL');

const SENTENCE_LENGTH_MAX = 1_000;

/** What stands still and why, for the person who is paged. */
export const sentenceOf = (event: Recorded<TroubleFact>): string => plainText(untrimmed(event), SENTENCE_LENGTH_MAX);

function untrimmed({ type, data, service }: Recorded<TroubleFact>): string {
  switch (type) {
    case 'EventParked':
      return `In ${service}, ${data.entity} ${data.key} is parked at ${data.lane} ${data.position}: ${data.because}`;
    case 'LaneHalted':
      return `${service} stands still at ${data.lane} ${data.position}: ${data.because} Remedy: ${data.remedy}`;
    case 'ProjectionHalted':
      return `The read model ${data.projection} stands still at ${data.lane} ${data.position}: ${data.because}`;
  }
}

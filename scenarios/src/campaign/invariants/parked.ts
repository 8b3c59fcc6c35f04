import { SERVICES, streamOf, type ServiceName } from '@tocsin/contracts';
import type { Evidence, Invariant } from './evidence.ts';

type Row = {
  readonly lane: ServiceName;
  readonly position: number;
  readonly park_key: string;
  readonly subject: string;
};

/**
 * What is parked and what was applied are together everything: from the first parked message of a key on, every message
 * of that key is parked, once, in the order of its lane.
 */
export const parkedKeysAreWhole: Invariant = async (evidence) => {
  const findings: string[] = [];
  for (const service of SERVICES) {
    const parked = await evidence.databases
      .get(service)
      ?.query<Row>('SELECT lane, position, park_key, subject FROM parked ORDER BY parked_number');
    const groups = new Map<string, Row[]>();
    for (const row of parked?.rows ?? []) {
      const key = `${row.lane}|${row.park_key}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    for (const [key, rows] of groups) findings.push(...contradictions(evidence, service, key, rows));
  }
  return findings;
};

function contradictions(
  evidence: Evidence,
  service: ServiceName,
  key: string,
  rows: readonly Row[],
): readonly string[] {
  const [first] = rows;
  // Keys of entities gather messages of several subjects; only who deliberated knows which.
  if (first === undefined || !first.park_key.startsWith('fact:')) return [];
  const entityAndKey = tokensOf(first.subject);
  const expected = messagesOf(evidence, first.lane)
    .filter(({ position, subject }) => position >= first.position && tokensOf(subject) === entityAndKey)
    .filter(({ subject }) => first.lane !== service || !ABOUT_PARKING.test(subject))
    .map(({ position }) => position);
  const actual = rows.map(({ position }) => position);
  return expected.join() === actual.join()
    ? []
    : [`${service}: ${key} holds positions ${actual.join(', ')}, and not ${expected.join(', ')}`];
}

/** What a service says of its own parking is never parked. */
const ABOUT_PARKING = /\.event-(?:parked|redriven)$/;

const tokensOf = (subject: string): string => subject.split('.').slice(3, 5).join('/');

/** What the lane holds, readable or not, in its order. */
const messagesOf = ({ verification }: Evidence, lane: string) =>
  verification.lanes
    .filter(({ service }) => service === lane || streamOf(service) === lane)
    .flatMap(({ messages }) => messages);

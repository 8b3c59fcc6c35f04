import { SERVICES, streamOf } from '@tocsin/contracts';
import { chainStart } from '@tocsin/event-log';
import type { Evidence, Invariant } from './evidence.ts';

type Row = {
  readonly lane: string;
  readonly lane_id: string;
  readonly position: number;
  readonly chain: Buffer;
};

/** Everybody has heard each lane to its end, and remembers there the chain that the log carries there. */
export const checkpointsAreTheLogs: Invariant = async ({ databases, verification }) => {
  const findings: string[] = [];
  for (const service of SERVICES) {
    const rows = await databases.get(service)?.query<Row>('SELECT lane, lane_id, position, chain FROM checkpoint');
    for (const row of rows?.rows ?? []) findings.push(...contradictions(service, row, verification.lanes));
  }
  return findings;
};

function contradictions(
  service: string,
  { lane, lane_id, position, chain }: Row,
  lanes: Evidence['verification']['lanes'],
): readonly string[] {
  const stored = lanes.find((one) => streamOf(one.service) === lane);
  const carried = position === 0 ? chainStart(lane_id).toString('hex') : stored?.messages[position - 1]?.chain;
  const head = stored?.messages.length ?? 0;
  return [
    ...(carried === chain.toString('hex')
      ? []
      : [`${service}: its checkpoint of ${lane} at ${position} is not the log's`]),
    ...(position === head ? [] : [`${service}: heard ${lane} to ${position} of ${head}`]),
  ];
}

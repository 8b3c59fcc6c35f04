import { SERVICES, type AnyEvent, type Recorded, type ServiceName } from '@tocsin/contracts';
import { Database } from '@tocsin/event-log';
import { verifyStack, type Verification } from '@tocsin/tools/verify';
import type { House } from '../house/house.ts';
import type { Arrival } from '../house/receivers.ts';

/** Everything that is known of a house whose services have stopped. */
export type Evidence = {
  readonly verification: Verification;
  readonly databases: ReadonlyMap<ServiceName, Database>;
  readonly arrivals: readonly Arrival[];
  /** How often a sender followed a receiver to where nobody may be sent. */
  readonly followed: number;
};

/** Something that must be true of every house, whatever it went through. Returns what contradicts it. */
export type Invariant = (evidence: Evidence) => Promise<readonly string[]> | readonly string[];

/** Reads the evidence and lets `look` see it. */
export async function withEvidence<Result>(
  house: House,
  look: (evidence: Evidence) => Promise<Result>,
): Promise<Result> {
  const verification = await verifyStack(house.natsUrl, house.databaseUrl);
  const databases = new Map(
    SERVICES.map((schema) => [
      schema,
      new Database({
        url: house.databaseUrl,
        schema,
        applicationName: 'campaign',
        connectionsMax: 1,
        onIdleError: () => undefined,
      }),
    ]),
  );
  try {
    const { followed } = house.receivers;
    return await look({ verification, databases, arrivals: house.receivers.arrivals(), followed });
  } finally {
    for (const database of databases.values()) await database.close();
  }
}

/** The facts of one service, in the order of its lane. */
export const factsOf = ({ verification }: Evidence, service: ServiceName): readonly Recorded<AnyEvent>[] =>
  verification.lanes.find((lane) => lane.service === service)?.events ?? [];

import { checkpointsAreTheLogs } from './checkpoints.ts';
import { deliveriesAreAsPromised } from './deliveries.ts';
import type { Evidence, Invariant } from './evidence.ts';
import { parkedKeysAreWhole } from './parked.ts';
import { timersEndOnce } from './timers.ts';
import { versionsAreWhole } from './versions.ts';

/** What must hold beyond what the verification of a stack compares: positions, chains, entities and read models. */
const INVARIANTS: readonly Invariant[] = [
  versionsAreWhole,
  checkpointsAreTheLogs,
  parkedKeysAreWhole,
  timersEndOnce,
  deliveriesAreAsPromised,
];

/** Everything that contradicts what the house promises. */
export async function contradictionsIn(evidence: Evidence): Promise<readonly string[]> {
  const findings = [...evidence.verification.findings];
  for (const invariant of INVARIANTS) findings.push(...(await invariant(evidence)));
  return findings;
}

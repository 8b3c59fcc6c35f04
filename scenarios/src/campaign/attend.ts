import { BUILT_SERVICES } from '@tocsin/contracts';
import { House } from './house/house.ts';
import { until } from './house/patience.ts';
import { withEvidence } from './invariants/evidence.ts';
import { contradictionsIn } from './invariants/invariants.ts';
import { Scene, type Round } from './person/scene.ts';
import { RecoveryWatch } from './recovery/recovery.ts';
import { Standing } from './recovery/standing.ts';
import { rest } from './rest.ts';

/** What came of the faults that need a person. */
export type Attended = {
  readonly kinds: readonly string[];
  readonly halted: number;
  readonly repaired: number;
  readonly events: number;
  readonly findings: readonly string[];
};

/** Slow, so that nobody is told anything while the database can still go back in time. */
const INSTANTS_PER_SECOND = 12;

const RECOVERED_WITHIN_MS = 60_000;

/** Plays faults that need a person, in a house of its own: each must halt, name its remedy, and be healed by it. */
export async function attend(rounds: readonly Round[], say: (line: string) => void): Promise<Attended> {
  const house = await House.build({ instantsPerSecond: INSTANTS_PER_SECOND, pairs: 1, acknowledgementsLost: 0, say });
  const standing = new Standing(() => house.databaseUrl);
  const watch = new RecoveryWatch(standing, house.services);
  const scene = new Scene(house, standing);
  const findings: string[] = [];
  try {
    await house.services.startAll();
    watch.start();
    await scene.flow('ingestion', 20);
    for (const { kind, play } of rounds) {
      const startedMs = performance.now();
      try {
        await play(scene);
        watch.begin(kind, BUILT_SERVICES);
        await until('the house goes on', () => watch.open.length === 0, RECOVERED_WITHIN_MS);
        say(`  ${kind} (${((performance.now() - startedMs) / 1_000).toFixed(1)} s)`);
      } catch (error) {
        findings.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
        break; // What comes after a house that does not go on says nothing.
      }
    }
    await rest(house, standing, findings);
    await house.services.stopAll();
    return await withEvidence(house, async (evidence) => {
      findings.push(...(await contradictionsIn(evidence)));
      const { halted, repaired } = scene;
      const { events } = evidence.verification;
      return { kinds: rounds.map(({ kind }) => kind), halted, repaired, events, findings };
    });
  } finally {
    await watch.stop();
    await standing.close();
    await house.close(findings.length > 0);
  }
}

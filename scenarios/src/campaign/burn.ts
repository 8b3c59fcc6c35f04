import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { FAULTS } from './faults/faults.ts';
import { fire } from './fire.ts';
import type { Scale } from './flags.ts';
import { House } from './house/house.ts';
import { until } from './house/patience.ts';
import { withEvidence } from './invariants/evidence.ts';
import { contradictionsIn } from './invariants/invariants.ts';
import { planFaults } from './plan.ts';
import { rest } from './rest.ts';
import { RecoveryWatch } from './recovery/recovery.ts';
import { Standing } from './recovery/standing.ts';
import { countByKind, recoverySeconds, recoveryTable, tailLossesIn, type Report } from './report.ts';
import { sabotage as spoil, type Sabotage } from './sabotage/sabotage.ts';

export type BurnOptions = {
  readonly scale: Scale;
  readonly chance: Chance;
  readonly sabotage: Sabotage | null;
  readonly say: (line: string) => void;
};

/** What the house has said, and what it must have got over by itself. */
export type Burnt = { readonly report: Report; readonly findings: readonly string[] };

/** Of all acknowledgements, three in a thousand are lost, all the time. */
const ACKNOWLEDGEMENTS_LOST = 0.003;

/** Within so long after the last fault nobody may be able to tell that there was one, on a machine as the one below. */
const RECOVERED_WITHIN_MS = 30_000;

/** A machine that starts the five services within this is not slow; one that takes longer gets as much more time. */
const STARTED_WITHIN_MS = 10_000;
const SLOWNESS_MAX = 4;

/** Sets a house on fire, wave after wave, lets it come to rest, and looks at everything that is left. */
export async function burn({ scale, chance, sabotage, say }: BurnOptions): Promise<Burnt> {
  const { instantsPerSecond, pairs } = scale;
  const untilMs = performance.now() + scale.minutesMax * 60_000;
  const house = await House.build({ instantsPerSecond, pairs, acknowledgementsLost: ACKNOWLEDGEMENTS_LOST, say });
  const standing = new Standing(() => house.databaseUrl);
  const watch = new RecoveryWatch(standing, house.services);
  const findings: string[] = [];
  try {
    if (house.disk === null) say('Nothing can be mounted here, so the disk is never full.');
    const kinds = house.disk === null ? FAULTS.filter(({ kind }) => kind !== 'full-disk') : FAULTS;
    const plan = planFaults(kinds, scale.faults, chance);
    const startedMs = performance.now();
    await house.services.startAll();
    const slowness = Math.min(SLOWNESS_MAX, Math.max(1, (performance.now() - startedMs) / STARTED_WITHIN_MS));
    if (slowness > 1) say(`This machine is slow: it gets ${slowness.toFixed(1)} times as long to recover.`);
    watch.start();
    const waveLength = Math.ceil(plan.length / scale.waves);
    let unrecovered = 0;
    for (let wave = 0; wave < scale.waves; wave += 1) {
      const faults = plan.slice(wave * waveLength, (wave + 1) * waveLength);
      say(`Wave ${wave + 1} of ${scale.waves}: ${faults.length} faults.`);
      findings.push(...(await fire(faults, { house, watch, hands: scale.hands, say })));
      unrecovered += await recover(watch, RECOVERED_WITHIN_MS * slowness, findings);
      say(`  ${await spoken(standing)} events so far.`);
    }
    while ((await spoken(standing)) < scale.events && performance.now() < untilMs) await pause(1_000);
    await rest(house, standing, findings);
    await house.services.stopAll();
    findings.push(...house.services.hopeless.map((why) => `a process needs a person: ${why}`));
    if (sabotage !== null) await spoil(house, sabotage);
    say('At rest. Looking at everything.');
    return await withEvidence(house, async (evidence) => {
      findings.push(...(await contradictionsIn(evidence)));
      const { verification } = evidence;
      if (verification.events < scale.events)
        findings.push(`${verification.events} events are too few: ${scale.events} were asked for`);
      say(recoveryTable(watch.recovered));
      const lanes = verification.lanes;
      const sum = (of: (lane: (typeof lanes)[number]) => number): number =>
        lanes.reduce((total, lane) => total + of(lane), 0);
      const report: Report = {
        ok: findings.length === 0 && unrecovered === 0,
        faults: {
          ...countByKind(plan.map(({ kind }) => kind)),
          'acknowledgement-lost': house.acknowledgementsLost,
        },
        events: verification.events,
        lost: sum(({ lost }) => lost),
        duplicated: sum(({ duplicated }) => duplicated),
        chainBreaks: sum(({ chainBreaks }) => chainBreaks),
        rowsOff: verification.rowsOff,
        ...tailLossesIn(house.logLines()),
        halted: 0,
        repaired: 0,
        recoverySeconds: recoverySeconds(watch.recovered),
        unrecovered,
      };
      return { report, findings };
    });
  } finally {
    await watch.stop();
    await standing.close();
    await house.close(findings.length > 0);
  }
}

/** Gives the house its time to recover. Returns how many faults it has not got over. */
async function recover(watch: RecoveryWatch, withinMs: number, findings: string[]): Promise<number> {
  try {
    await until('every fault is got over', () => watch.open.length === 0, withinMs);
    return 0;
  } catch {
    const open = watch.open;
    findings.push(...open.map((wound) => `not got over in time: ${wound}`));
    return open.length;
  }
}

/** Events with a position, over all lanes. */
const spoken = async (standing: Standing): Promise<number> =>
  (await standing.read()).reduce((sum, { position }) => sum + position, 0);

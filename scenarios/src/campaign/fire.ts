import { setTimeout as pause } from 'node:timers/promises';
import { isServiceName } from '@tocsin/contracts';
import type { Fault, Victim } from './faults/fault.ts';
import type { House } from './house/house.ts';
import type { RecoveryWatch } from './recovery/recovery.ts';

export type FireOptions = {
  readonly house: House;
  readonly watch: RecoveryWatch;
  /** How many faults may be inflicted at the same time. */
  readonly hands: number;
  readonly say: (line: string) => void;
};

const LOOK_AGAIN_MS = 20;
/** Between two faults of one hand. */
const BREATH_MS = 100;

/**
 * Inflicts faults, as many at a time as there are hands, and never two on one victim. Returns what could not be done:
 * a fault that fails is no recovery, and no excuse.
 */
export async function fire(faults: readonly Fault[], options: FireOptions): Promise<readonly string[]> {
  const waiting = [...faults];
  const taken = new Set<Victim>();
  const failures: string[] = [];
  const hand = async (): Promise<void> => {
    while (waiting.length > 0) {
      const index = waiting.findIndex(({ victims }) => victims.every((victim) => !taken.has(victim)));
      const [fault] = index < 0 ? [] : waiting.splice(index, 1);
      if (fault === undefined) {
        await pause(LOOK_AGAIN_MS);
        continue;
      }
      for (const victim of fault.victims) taken.add(victim);
      const failure = await inflict(fault, options);
      if (failure !== null) failures.push(failure);
      for (const victim of fault.victims) taken.delete(victim);
      await pause(BREATH_MS);
    }
  };
  await Promise.all(Array.from({ length: options.hands }, hand));
  return failures;
}

async function inflict({ kind, victims, inflict: strike }: Fault, { house, watch, say }: FireOptions) {
  const startedMs = performance.now();
  try {
    await strike(house);
    return null;
  } catch (error) {
    return `${kind} on ${victims.join(', ')}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    watch.begin(kind, victims.filter(isServiceName));
    say(`  ${kind} on ${victims.length > 4 ? 'everything' : victims.join(', ')} (${seconds(startedMs)} s)`);
  }
}

const seconds = (sinceMs: number): string => ((performance.now() - sinceMs) / 1_000).toFixed(1);

import { parseArgs } from 'node:util';
import { ALL_ROUNDS, QUICK_ROUNDS } from './person/rounds.ts';
import type { Round } from './person/scene.ts';
import { isSabotage, SABOTAGES, type Sabotage } from './sabotage/sabotage.ts';

/** How long and how hard a campaign is. */
export type Scale = {
  readonly faults: number;
  readonly waves: number;
  readonly hands: number;
  readonly pairs: number;
  readonly instantsPerSecond: number;
  /** The campaign goes on until there are so many, within its time. */
  readonly events: number;
  readonly minutesMax: number;
  /** The faults that need a person. */
  readonly rounds: readonly Round[];
};

export type Flags = {
  readonly scale: Scale;
  readonly seed: number;
  readonly sabotage: Sabotage | null;
};

/**
 * The pace leaves the relays room: with three lost acknowledgements in a thousand a lane stands still for a fifth of a
 * second at each of them, and what is offered beyond what it then carries is a backlog and no fault.
 */
const FULL: Scale = {
  faults: 312,
  waves: 12,
  hands: 3,
  pairs: 80,
  instantsPerSecond: 130,
  events: 200_000,
  minutesMax: 16,
  rounds: ALL_ROUNDS,
};

const QUICK: Scale = {
  faults: 28,
  waves: 2,
  hands: 2,
  pairs: 6,
  instantsPerSecond: 60,
  events: 5_000,
  minutesMax: 2,
  rounds: QUICK_ROUNDS,
};

/** Enough for evidence that can be spoiled. */
const SABOTAGED: Scale = { ...QUICK, faults: 0, waves: 1, instantsPerSecond: 400, events: 10_000, minutesMax: 1.5 };

/** @throws {Error} saying what is not understood. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, seed: { type: 'string' }, sabotage: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number');
  const sabotage = values.sabotage ?? null;
  if (sabotage !== null && !isSabotage(sabotage)) throw new Error(`--sabotage is one of ${SABOTAGES.join(', ')}`);
  const scale = sabotage !== null ? SABOTAGED : values.quick === true ? QUICK : FULL;
  return { scale, seed, sabotage };
}

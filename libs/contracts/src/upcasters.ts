import { ContractViolation } from '@tocsin/domain-kit';
import type { Contract } from './contract.ts';
import type { CommandName, EventName } from './generated/messages.ts';

/** Turns the data of one edition into those of the next: pure, and never refusing what the old schema allowed. */
export type Upcast = (data: unknown) => unknown;

/** By name and by the edition that is brought up to the next one. */
export type Upcasters = { readonly [Name in EventName | CommandName]?: { readonly [fromMajor: number]: Upcast } };

/** No message has a second edition yet; whoever writes a `.v2.json` adds a line here. */
export const UPCASTERS: Upcasters = {};

/**
 * Returns `data`, written in edition `major`, as today's edition has them.
 * @throws {ContractViolation} when the edition is newer than ours, or too old for us to know the way.
 */
export function upcast(
  { name, major: today }: Pick<Contract, 'name' | 'major'>,
  major: number,
  data: unknown,
  upcasters: Upcasters = UPCASTERS,
): unknown {
  if (major > today) throw new ContractViolation(`/type: ${name} is of edition ${major}, and ours is ${today}`);
  let current = data;
  for (let from = major; from < today; from += 1) {
    const step = upcasters[name]?.[from];
    if (!step) throw new ContractViolation(`/type: nobody knows how edition ${from} of ${name} becomes the next one`);
    current = step(current);
  }
  return current;
}

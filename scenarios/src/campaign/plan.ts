import type { Chance } from './chance.ts';
import type { Fault, FaultKind } from './faults/fault.ts';

/** Plans `count` faults, each kind at least once where there are enough and else by its share, in an order of chance. */
export function planFaults(kinds: readonly FaultKind[], count: number, chance: Chance): readonly Fault[] {
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  const drawn = Array.from({ length: Math.max(0, count - kinds.length) }, () => draw(kinds, chance.next() * shares));
  return chance
    .shuffled([...kinds, ...drawn])
    .slice(0, count)
    .map((kind) => ({ kind: kind.kind, ...kind.plan(chance) }));
}

function draw(kinds: readonly FaultKind[], at: number): FaultKind {
  let left = at;
  const [first, ...others] = kinds;
  if (first === undefined) throw new RangeError('a campaign has at least one kind of fault');
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return others.at(-1) ?? first;
}

import type { NumberedEntry, UnnumberedEntry } from '../journal/journal.ts';
import { chainNext } from './chain.ts';

/** How many entries get their positions in one transaction. */
export const NUMBERED_AT_ONCE_MAX = 1_000;

/** Gives entries the positions after the head of their lane, and each its place in the chain. */
export function numbered(
  head: { readonly position: number; readonly chain: Buffer },
  entries: readonly UnnumberedEntry[],
): readonly (UnnumberedEntry & NumberedEntry)[] {
  let { position, chain } = head;
  return entries.map((entry) => {
    position += 1;
    chain = chainNext(chain, entry.subject, entry.body);
    return { ...entry, position, chain };
  });
}

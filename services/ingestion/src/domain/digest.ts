const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** So many characters has every digest: 64 bits in base 36. */
const DIGEST_CHARS = 13;

/**
 * Thirteen characters that stand for a text where a state or a name has no room for it. Two of a few hundred texts share one by a
 * chance of one in 10^14; nobody gains from making them do so. Source: FNV-1a, www.isthe.com/chongo/tech/comp/fnv.
 */
export function digestOf(text: string): string {
  let hash = OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * PRIME);
  }
  return hash.toString(36).padStart(DIGEST_CHARS, '0');
}

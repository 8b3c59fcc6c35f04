/** Numbers that look like chance and are none: the same seed gives the same numbers, on every machine. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** Normally distributed: mean 0, standard deviation 1. */
  normal(): number;
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A 32-bit number from text, for seeds that are names. Source: FNV-1a, www.isthe.com/chongo/tech/comp/fnv. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Spreads one 32-bit seed over four. Source: SplitMix32, the finalizer of MurmurHash3 over a Weyl sequence. */
function* splitMix(seed: number): Generator<number, never> {
  for (let state = seed | 0; ;) {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    yield (z ^ (z >>> 16)) >>> 0;
  }
}

/** xoshiro128**, as four 32-bit words of state. Source: Blackman and Vigna, prng.di.unimi.it/xoshiro128starstar.c. */
export function* xoshiro128(words: readonly [number, number, number, number]): Generator<number, never> {
  let [a, b, c, d] = words;
  for (;;) {
    yield Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
  }
}

/** Chance from a seed of 32 bits. */
export function chanceFrom(seed: number): Chance {
  const split = splitMix(seed);
  const words = xoshiro128([split.next().value, split.next().value, split.next().value, split.next().value]);
  const next = (): number => words.next().value / 2 ** 32;
  return {
    next,
    // Box and Muller, one of its two values; 1 - u keeps the logarithm away from zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

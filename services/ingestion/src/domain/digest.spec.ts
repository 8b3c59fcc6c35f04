import { digestOf } from './digest.ts';

describe('a digest', () => {
  // Source: the test vectors of FNV-1a with 64 bits, www.isthe.com/chongo/src/fnv/test_fnv.c.
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('of %j is that of FNV-1a', (text, hexadecimal) => {
    expect(digestOf(text)).toBe(BigInt(`0x${hexadecimal}`).toString(36).padStart(13, '0'));
  });

  it('has thirteen characters and is another for each of many addresses', () => {
    const digests = Array.from({ length: 20_000 }, (_, index) => digestOf(`https://example.com/${index}`));
    expect(new Set(digests).size).toBe(20_000);
    expect(new Set(digests.map((digest) => digest.slice(-10))).size).toBe(20_000);
    expect(digests.every((digest) => digest.length === 13)).toBe(true);
  });
});

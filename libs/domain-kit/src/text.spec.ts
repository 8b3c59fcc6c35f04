import fc from 'fast-check';
import { plainText } from './text.ts';

describe('words from outside', () => {
  it.each([
    ['HTTP 503\r\nTry again later.', 'HTTP 503 Try again later.'],
    ['a\u0000b\u0007c\u009f', 'a\ufffdb\ufffdc\ufffd'],
    ['half \ud83d of a bell', 'half \ufffd of a bell'],
    ['a whole 🔔 stays', 'a whole 🔔 stays'],
    ['Überraschung für 東京', 'Überraschung für 東京'],
    ['', ''],
  ])('%j become %j', (words, plain) => {
    expect(plainText(words)).toBe(plain);
  });

  it('are cut visibly, and never within a character', () => {
    expect(plainText('x'.repeat(2_000))).toBe('x'.repeat(2_000));
    expect(plainText('x'.repeat(2_001))).toBe(`${'x'.repeat(1_999)}…`);
    expect(plainText('123🔔5', 5)).toBe('123…');
    expect(plainText('123🔔', 5)).toBe('123🔔');
  });

  it('are what every database and every reader takes, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (words, charsMax) => {
        const broken = words + words.slice(1); // Halves of characters come about where others cut.
        const plain = plainText(broken, charsMax);
        expect(plain).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(plain.length).toBeLessThanOrEqual(charsMax);
        expect(plainText(plain, charsMax)).toBe(plain);
      }),
    );
  });
});

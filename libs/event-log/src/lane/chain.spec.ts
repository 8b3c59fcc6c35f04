import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { chainNext, chainStart } from './chain.ts';

describe('the chain of a lane', () => {
  it('starts at the digest of the lane itself', () => {
    // sha256('abc'), FIPS 180-4, appendix B.1.
    expect(chainStart('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('tells a subject from a body that begins where it ends', () => {
    const start = chainStart('lane');
    expect(chainNext(start, 'evt.a', Buffer.from('b'))).not.toEqual(chainNext(start, 'evt.', Buffer.from('ab')));
  });

  it('is the digest of what came before, subject, nothing and body, however long they are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(64, 240).map((kib) => new Uint8Array(kib * 1_024).fill(kib)),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string({ unit: 'grapheme' }),
        bytes,
        (before, subject, body) => {
          const expected = createHash('sha256').update(before).update(subject).update('\0').update(body).digest();
          expect(chainNext(before, subject, body).equals(expected)).toBe(true);
        },
      ),
    );
  });

  it('is another as soon as anything before it is another', () => {
    const message = fc.tuple(fc.string(), fc.uint8Array({ maxLength: 40 }));
    const fold = (start: Buffer, messages: readonly (readonly [string, Uint8Array])[]) =>
      messages.reduce((chain, [subject, body]) => chainNext(chain, subject, body), start);
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.string({ minLength: 1 }),
        (messages, at, extra) => {
          const index = at % messages.length;
          const changed = messages.map(
            ([subject, body], place) => [place === index ? `${subject}${extra}` : subject, body] as const,
          );
          const start = chainStart('lane');
          expect(fold(start, changed)).not.toEqual(fold(start, messages));
        },
      ),
    );
  });
});

import { ContractViolation } from '@tocsin/domain-kit';
import { SCHEMA_FILES } from '../test/schema-files.ts';
import { contractOf, isCommandName, isEventName } from './index.ts';
import { upcast, type Upcasters } from './upcasters.ts';

/** A house in which the reason of a pause became an object, and then got a language. */
const UPCASTERS: Upcasters = {
  FeedPaused: {
    1: (data) => ({ ...(data as object), reason: { text: (data as { reason: string }).reason } }),
    2: (data) => ({ ...(data as object), language: 'en' }),
  },
};
const third = { name: 'FeedPaused', major: 3 } as const;
const old = Object.freeze({ pair: 'EURUSD-15m', reason: 'holiday' });

describe('an old edition', () => {
  it('is brought up one edition at a time', () => {
    expect(upcast(third, 1, old, UPCASTERS)).toEqual({
      pair: 'EURUSD-15m',
      reason: { text: 'holiday' },
      language: 'en',
    });
    expect(upcast(third, 2, old, UPCASTERS)).toEqual({ pair: 'EURUSD-15m', reason: 'holiday', language: 'en' });
  });

  it("is left alone when it is today's", () => {
    expect(upcast(third, 3, old, UPCASTERS)).toBe(old);
  });

  it('is refused when it is newer than ours, or the way is not known', () => {
    expect(() => upcast(third, 4, old, UPCASTERS)).toThrow(ContractViolation);
    expect(() => upcast({ name: 'BarClosed', major: 2 }, 1, old, UPCASTERS)).toThrow(
      /nobody knows how edition 1 of BarClosed/,
    );
  });

  it('still has examples that today can read', () => {
    for (const { path, schema } of SCHEMA_FILES) {
      if (!isEventName(schema.title) && !isCommandName(schema.title)) continue;
      const contract = contractOf(schema.title);
      const major = Number(/\.v(\d+)\.json$/.exec(path)?.[1]);
      for (const example of schema.examples ?? [])
        expect(contract.validate(upcast(contract, major, example))).toEqual([]);
    }
  });
});

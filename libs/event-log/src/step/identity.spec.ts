import fc from 'fast-check';
import { derivedId, traceparentOf } from './identity.ts';

describe('a derived id', () => {
  it('is a version 5 UUID', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(derivedId(name)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('is the same for the same name in every process and version', () => {
    // Written down once: were it to change, every consumer would take old facts for new ones.
    expect(derivedId('ingestion|bar:recorded:SPX:1d')).toBe('cd441750-b7eb-53a7-8cd4-711f63578513');
  });

  it('is another for another name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        expect(derivedId(a)).not.toBe(derivedId(b));
      }),
    );
  });
});

describe('a traceparent', () => {
  it('knows a name by all of it, however long it is', () => {
    const long = 'ü'.repeat(2_000);
    expect(derivedId(`${long}a`)).not.toBe(derivedId(`${long}b`));
    expect(derivedId(long)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(derivedId('short')).toBe(derivedId('short'));
  });

  it('follows W3C trace context and keeps one trace for one correlation', () => {
    const [first, second] = [traceparentOf('c', 'e1'), traceparentOf('c', 'e2')];
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(first.slice(0, 35)).toBe(second.slice(0, 35));
    expect(first).not.toBe(second);
  });
});

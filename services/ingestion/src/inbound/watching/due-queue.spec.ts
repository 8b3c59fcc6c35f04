import { instant, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { DueQueue } from './due-queue.ts';

const at = (ms: number): Instant => instant(1_000_000 + ms);

describe('a queue of moments', () => {
  it('gives each thing at its last moment, earliest first, whatever was put before', () => {
    const put = fc.record({ thing: fc.integer({ min: 0, max: 5 }), ms: fc.option(fc.integer({ min: 0, max: 20 })) });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 60 }), fc.integer({ min: 0, max: 20 }), (puts, until) => {
        const things = Array.from({ length: 6 }, (_, name) => ({ name }));
        const queue = new DueQueue<{ readonly name: number }>();
        const expected = new Map<number, number>();
        for (const thing of things) queue.put(thing, null);
        for (const { thing, ms } of puts) {
          const known = things[thing];
          if (known === undefined) continue;
          queue.put(known, ms === null ? null : at(ms));
          if (ms === null) expected.delete(thing);
          else expected.set(thing, ms);
        }
        const due = [...expected].filter(([, ms]) => ms <= until).sort(([a, x], [b, y]) => x - y || a - b);
        expect(queue.takeAt(at(until)).map(({ name }) => name)).toEqual(due.map(([name]) => name));
        const rest = [...expected.values()].filter((ms) => ms > until);
        expect(queue.firstAt).toBe(rest.length === 0 ? null : at(Math.min(...rest)));
        expect(queue.takeAt(at(until))).toEqual([]);
      }),
    );
  });
});

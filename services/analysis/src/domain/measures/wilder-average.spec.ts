import fc from 'fast-check';
import { WSMA } from 'trading-signals';
import { WilderAverage } from './wilder-average.ts';

describe("Wilder's average", () => {
  it("gives the library's bytes, for new values and for replaced ones", () => {
    const values = fc.array(
      fc.record({ value: fc.double({ min: -1e6, max: 1e6, noNaN: true }), replaces: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), values, (interval, given) => {
        const ours = new WilderAverage(interval);
        const theirs = new WSMA(interval);
        given.forEach(({ value, replaces }, at) => {
          const replace = replaces && at > 0;
          expect(ours.update(value, replace)).toBe(theirs.update(value, replace));
        });
        expect(ours.isStable).toBe(theirs.isStable);
      }),
    );
  });

  it('is the mean of the first values, and moves by a share of the difference after', () => {
    const average = new WilderAverage(4);
    expect(average.updates([2, 4, 6])).toEqual([null, null, null]);
    expect(average.add(8)).toBe(5);
    expect(average.add(9)).toBe(6);
  });
});

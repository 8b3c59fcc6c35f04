import fc from 'fast-check';
import { bar } from '../../test/markets.ts';
import { WINDOW_BARS, withBar, type BarWindow } from './bar-window.ts';

const full = (first = 0): BarWindow => Array.from({ length: WINDOW_BARS }, (_, at) => bar(first + at, 100));

describe('a bar window', () => {
  it('keeps exactly the newest 512 bars', () => {
    const window = withBar(full(), bar(WINDOW_BARS, 101));
    expect(window).toHaveLength(WINDOW_BARS);
    expect(window[0]).toEqual(bar(1, 100));
    expect(window.at(-1)).toEqual(bar(WINDOW_BARS, 101));
  });

  it('replaces a bar by its revision', () => {
    const window = withBar([bar(0, 100), bar(1, 100), bar(2, 100)], bar(1, 105));
    expect(window).toEqual([bar(0, 100), bar(1, 105), bar(2, 100)]);
  });

  it('puts a late bar into its gap, and lets the oldest go for it when full', () => {
    expect(withBar([bar(0, 100), bar(2, 100)], bar(1, 100))).toEqual([bar(0, 100), bar(1, 100), bar(2, 100)]);

    const gapped = full()
      .with(300, bar(WINDOW_BARS, 100))
      .toSorted((a, b) => (a.openAt < b.openAt ? -1 : 1));
    expect(withBar(gapped, bar(300, 100))).toEqual([...full().slice(1), bar(WINDOW_BARS, 100)]);
  });

  it('does not take up a bar older than all that is kept, unless there is room', () => {
    const window = full(10);
    expect(withBar(window, bar(3, 100))).toBe(window);
    expect(withBar([bar(5, 100)], bar(3, 100))).toEqual([bar(3, 100), bar(5, 100)]);
    expect(withBar(window, bar(10, 104))[0]).toEqual(bar(10, 104));
  });

  it('holds the same bars in whatever order they came', () => {
    const some = fc.uniqueArray(fc.nat({ max: 700 }), { minLength: 1, maxLength: 560 });
    fc.assert(
      fc.property(some, (places) => {
        const came = places.reduce<BarWindow>((window, at) => withBar(window, bar(at, 100)), []);
        const newest = places.toSorted((a, b) => a - b).slice(-WINDOW_BARS);
        expect(came).toEqual(newest.map((at) => bar(at, 100)));
      }),
      { numRuns: 20 },
    );
  });
});

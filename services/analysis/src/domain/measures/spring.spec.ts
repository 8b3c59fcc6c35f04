import { isSpring } from './spring.ts';

const NOISE = 1e-7;
const ATR = 2;

/** 35 bars that make a support of 100, and five whose lows and closes are given. */
const range = (...probe: readonly (readonly [low: number, close: number])[]) => [
  ...Array.from({ length: 35 }, (_, at) => ({ low: at === 17 ? 100 : 101, close: 103 })),
  ...probe.map(([low, close]) => ({ low, close })),
];
const calm = [101, 103] as const;

describe('a spring', () => {
  it.each([
    ['less than a tenth of ATR is noise', 99.81, false],
    ['a tenth of ATR', 99.8, true],
    ['one and a half ATR', 97, true],
    ['more is a breakdown', 96.99, false],
  ])('dips below the support by %s', (_, low, holds) => {
    expect(isSpring(range(calm, calm, calm, calm, [low, 101]), ATR, NOISE)).toBe(holds);
  });

  it.each([
    ['in the same bar', [[99, 101], calm, calm], true],
    [
      'two bars later',
      [
        [99, 99],
        [99.9, 99],
        [99.9, 101],
      ],
      true,
    ],
    [
      'not level with it',
      [
        [99, 99],
        [99.9, 99],
        [99.9, 100],
      ],
      false,
    ],
  ] as const)('closes above the support again: %s', (_, last, holds) => {
    expect(isSpring(range(calm, calm, ...last), ATR, NOISE)).toBe(holds);
  });

  it('is no spring if the close above comes three bars later', () => {
    expect(isSpring(range(calm, [99, 99], [99.9, 99.5], [99.9, 99.5], [99.9, 101]), ATR, NOISE)).toBe(false);
  });

  it('is looked for in the last five bars, under a support of the 35 before', () => {
    const early = [...range(), ...Array.from({ length: 5 }, () => ({ low: 101, close: 103 }))].with(34, {
      low: 99,
      close: 101,
    });
    expect(isSpring(early, ATR, NOISE)).toBe(false);
    expect(isSpring([{ low: 1, close: 1 }, ...range([99, 101], calm, calm, calm, calm)], ATR, NOISE)).toBe(true);
  });
});

import fc from 'fast-check';
import { accepted } from '../../../test/analyst-input.ts';
import { contextWithin, type Section } from './context.ts';

const section = (tier: Section['tier'], name: string, digits: number): Section => ({
  tier,
  name,
  text: '7'.repeat(digits),
});

/** A block costs its digits and its frame: two signs, a name of one letter, and three line breaks. */
const FRAME = 6;

describe('the context of a prompt', () => {
  const sections = [
    section('should', 'a', 40),
    section('must', 'b', 10),
    section('may', 'c', 10),
    section('should', 'd', 20),
  ];
  const names = (tokensMax: number) => {
    const { text, leftOut } = accepted(contextWithin(tokensMax, sections));
    return [
      [...text.matchAll(/^## (.)$/gm)].map(([, name]) => name).join(''),
      leftOut.map((each) => each.section).join(''),
    ];
  };

  it('has everything in the order given where there is room, and says that nothing is left out', () => {
    expect(names(80 + 4 * FRAME)).toEqual(['abcd', '']);
  });

  it('gives up what matters least first, one token below', () => {
    expect(names(80 + 4 * FRAME - 1)).toEqual(['abd', 'c']);
    expect(names(70 + 3 * FRAME - 1)).toEqual(['abc', 'd']); // No room for the second `should`, but for the shorter `may`.
    expect(names(10 + FRAME)).toEqual(['b', 'acd']);
  });

  it('is refused when a must does not fit, and says which and by how much', () => {
    expect(contextWithin(10 + FRAME - 1, sections)).toEqual({
      refused: 'must-does-not-fit',
      because: `With 'b' the prompt has up to ${10 + FRAME} tokens, and ${10 + FRAME - 1} are allowed.`,
    });
  });

  it('says of each section that it left out in which tier it was', () => {
    expect(accepted(contextWithin(10 + FRAME, sections)).leftOut).toEqual([
      { tier: 'should', section: 'a' },
      { tier: 'may', section: 'c' },
      { tier: 'should', section: 'd' },
    ]);
  });

  it('keeps within the budget, keeps every must, and leaves nothing out for the sake of what matters less', () => {
    const anySection = fc.record({
      tier: fc.constantFrom('must' as const, 'should' as const, 'may' as const),
      name: fc.constant('s'),
      text: fc.string({ unit: 'binary', maxLength: 60 }),
    });
    const rank = { must: 0, should: 1, may: 2 };
    fc.assert(
      fc.property(fc.array(anySection, { maxLength: 12 }), fc.integer({ min: 0, max: 400 }), (drawn, tokensMax) => {
        const named = drawn.map((each, at) => ({ ...each, name: String(at) }));
        const context = contextWithin(tokensMax, named);
        const cost = (some: readonly Section[]) => accepted(contextWithin(1e6, some)).tokens;
        if ('refused' in context) {
          expect(cost(named.filter(({ tier }) => tier === 'must'))).toBeGreaterThan(tokensMax);
          return;
        }
        expect(context.tokens).toBeLessThanOrEqual(tokensMax);
        expect(context.leftOut.filter(({ tier }) => tier === 'must')).toEqual([]);
        const isOut = (each: Section) => context.leftOut.some(({ section: name }) => name === each.name);
        for (const [at, out] of named.entries()) {
          if (!isOut(out)) continue;
          const before = named.filter(
            (each, other) =>
              !isOut(each) && (rank[each.tier] < rank[out.tier] || (each.tier === out.tier && other < at)),
          );
          expect(cost([...before, out])).toBeGreaterThan(tokensMax);
        }
      }),
    );
  });
});

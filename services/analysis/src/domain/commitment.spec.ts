import fc from 'fast-check';
import { COMMIT_AFTER, commitmentAfter, hearing, uncommitted, type Commitment } from './commitment.ts';

type Label = 'up' | 'down' | 'unknown';

const after = (...said: readonly (Label | null)[]): Commitment<Label> =>
  said.reduce<Commitment<Label>>(hearing, uncommitted('unknown'));

describe('a commitment', () => {
  it.each([
    ['nothing was said', [], 'unknown'],
    ['it was said twice', ['up', 'up'], 'unknown'],
    ['it was said three times in a row', ['up', 'up', 'up'], 'up'],
    ['three times, but not in a row', ['up', 'up', 'down', 'up'], 'unknown'],
    ['an evaluation between was not sure', ['up', 'up', null, 'up'], 'unknown'],
    ['another was said twice since', ['up', 'up', 'up', 'down', 'down'], 'up'],
    ['another was said three times since', ['up', 'up', 'up', 'down', 'down', 'down'], 'down'],
    ['nobody is sure any more', ['up', 'up', 'up', null, null, null, null], 'up'],
  ] as const)('after %s', (_, said, committed) => {
    expect(after(...said).committed).toBe(committed);
  });

  const anySaid = fc.array(fc.constantFrom<Label | null>('up', 'down', 'unknown', null), { maxLength: 40 });

  it('asks no further back than to the newest three in a row', () => {
    const asked: number[] = [];
    const said = ['up', 'up', 'up', 'down', 'down', 'down', 'up'] as const;
    const saidAt = (at: number) => {
      asked.push(at);
      return said[at] ?? null;
    };
    expect(commitmentAfter<Label>(said.length, saidAt, 'unknown')).toEqual({
      committed: 'down',
      said: 'up',
      inARow: 1,
    });
    expect(asked).toEqual([6, 5, 4, 3]);
  });

  it('is the same whether it was kept from the first evaluation on or is looked for from the newest back', () => {
    fc.assert(
      fc.property(anySaid, (said) => {
        expect(commitmentAfter<Label>(said.length, (at) => said[at] ?? null, 'unknown')).toEqual(after(...said));
      }),
    );
  });

  it('is always what was said three times in a row last', () => {
    fc.assert(
      fc.property(anySaid, (said) => {
        const committed = said.findLast((label, at) => label !== null && isRun(said, at));
        expect(after(...said).committed).toBe(committed ?? 'unknown');
      }),
    );
  });
});

const isRun = (said: readonly unknown[], at: number): boolean =>
  at + 1 >= COMMIT_AFTER && said.slice(at + 1 - COMMIT_AFTER, at + 1).every((label) => label === said[at]);

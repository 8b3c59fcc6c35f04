import fc from 'fast-check';
import { VirtualTime } from './virtual-time.ts';

const nothing = () => undefined;

describe('virtual time', () => {
  it('lets things happen in the order of their moments, and at one moment in the order in which they were asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (delays) => {
        const time = new VirtualTime();
        const happened: (readonly [number, number])[] = [];
        for (const [index, delay] of delays.entries())
          time.after(delay, () => {
            expect(time.monotonicMs()).toBe(delay);
            happened.push([delay, index]);
          });
        await time.run(100, nothing);
        expect(happened).toEqual(
          [...delays.entries()]
            .map(([index, delay]) => [delay, index] as const)
            .toSorted(([a, i], [b, j]) => a - b || i - j),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('does not let happen what was cancelled, however it lies among the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delay: fc.nat(20), isKept: fc.boolean() }), { maxLength: 60 }),
        async (plan) => {
          const time = new VirtualTime();
          const happened: number[] = [];
          const cancels = plan.map(({ delay }, index) => time.after(delay, () => happened.push(index)));
          for (const [index, { isKept }] of plan.entries()) if (!isKept) cancels[index]?.();
          await time.run(100, nothing);
          expect(happened.toSorted((a, b) => a - b)).toEqual(
            plan.flatMap(({ isKept }, index) => (isKept ? [index] : [])),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('passes only as far as it is let, and what comes later waits for the next time', async () => {
    const time = new VirtualTime();
    const happened: string[] = [];
    time.after(10, () => happened.push('ten'));
    time.after(11, () => happened.push('eleven'));
    await time.run(10, nothing);
    expect([happened, time.monotonicMs()]).toEqual([['ten'], 10]);
    await time.run(20, nothing);
    expect([happened, time.monotonicMs()]).toEqual([['ten', 'eleven'], 20]);
  });

  it('lets everything go on that can before the next moment, and is looked at after every single one', async () => {
    const time = new VirtualTime();
    const words: string[] = [];
    const later = async (word: string) => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      words.push(word);
    };
    time.after(1, () => void later('first'));
    time.after(1, () => void later('second'));
    await time.run(5, () => words.push('look'));
    expect(words).toEqual(['first', 'look', 'second', 'look']);
  });

  it('stops at the event after which it is over, and its clock with it', async () => {
    const time = new VirtualTime();
    const happened: number[] = [];
    for (const delay of [1, 2, 3]) time.after(delay, () => happened.push(delay));
    await time.run(100, nothing, () => happened.length === 2);
    expect([happened, time.monotonicMs()]).toEqual([[1, 2], 2]);
  });

  it('takes a moment that has passed for now', async () => {
    const time = new VirtualTime();
    await time.run(50, nothing);
    let at = -1;
    time.after(-10, () => {
      at = time.monotonicMs();
    });
    await time.run(50, nothing);
    expect(at).toBe(50);
  });
});

import { counted, grouped, progressLine } from './progress-line.ts';

describe('the line of progress', () => {
  const shownBy = (...steps: readonly (readonly [atMs: number, doing: string, done: number])[]): readonly string[] => {
    const shown: string[] = [];
    let now = 0;
    const progress = progressLine({ show: (line) => shown.push(line) }, () => now);
    for (const [atMs, doing, done] of steps) {
      now = atMs;
      progress({ doing, done, total: 10_000 });
    }
    return shown;
  };

  it('estimates what is left from what was done so far, once that is no guess', () => {
    expect(shownBy([0, 'verifying', 0], [400, 'verifying', 1_000], [2_000, 'verifying', 2_500])).toEqual([
      'verifying: 0 %, 0 of 10,000',
      'verifying: 10 %, 1,000 of 10,000',
      'verifying: 25 %, 2,500 of 10,000, about 6 s left',
    ]);
  });

  it('counts from where it began, not from the start of the lane', () => {
    expect(shownBy([0, 'publishing', 8_000], [1_000, 'publishing', 9_000]).at(-1)).toContain('about 1 s left');
  });

  it('begins anew with the next thing that is done', () => {
    expect(shownBy([0, 'checking', 0], [50_000, 'checking', 9_000], [50_001, 'publishing', 0]).at(-1)).toBe(
      'publishing: 0 %, 0 of 10,000',
    );
  });

  it('is not rewritten faster than anyone reads, but always at the end', () => {
    expect(shownBy([0, 'verifying', 0], [10, 'verifying', 10], [20, 'verifying', 10_000])).toEqual([
      'verifying: 0 %, 0 of 10,000',
      'verifying: 100 %, 10,000 of 10,000',
    ]);
  });

  it('says numbers as a person reads them', () => {
    expect([0, 999, 1_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([counted(1, 'event'), counted(2_000, 'event')]).toEqual(['1 event', '2,000 events']);
  });
});

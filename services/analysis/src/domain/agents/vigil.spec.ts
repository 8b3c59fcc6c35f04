import { afterBeat, vigilFrom } from './vigil.ts';

describe('A vigil', () => {
  it('keeps nothing of those whom no look has seen in the pool, however many of them beat', () => {
    const before = vigilFrom(0);
    expect(afterBeat(before, { agentId: 'stranger', tokens: [1] }, 1_000)).toBe(before);
  });
});

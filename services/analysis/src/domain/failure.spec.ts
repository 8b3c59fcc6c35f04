import { toldBy } from './failure.ts';

describe('what an error tells', () => {
  it('is its name, its message and its causes', () => {
    expect(toldBy(new TypeError('a', { cause: new Error('b', { cause: 'c' }) }))).toBe(
      'TypeError: a, because Error: b, because c',
    );
    expect(toldBy('only words')).toBe('only words');
    expect(toldBy({ code: 7 })).toBe('a thrown object');
  });

  it('is never nothing, and never more than a fact may carry', () => {
    expect(toldBy('')).toBe('no message');
    expect(toldBy(undefined)).toBe('no message');
    expect(toldBy(new Error('x'.repeat(5_000)))).toHaveLength(2_000);
    expect(toldBy(new Error('a\nb\u0000'))).toBe('Error: a b\ufffd');
    const circular = new Error('round');
    circular.cause = circular;
    expect(toldBy(circular)).toContain('because');
  });
});

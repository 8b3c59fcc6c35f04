import { tokensAtMost } from './token-estimate.ts';

describe('the estimate of tokens', () => {
  /** Counted by the tokenizers themselves: o200k, cl100k, Llama 3, Llama 2, Mistral 7B. */
  it.each([
    ['The central bank left its interest rate unchanged, as most economists had expected.', [15, 15, 15, 17, 17]],
    ['2014-05-05T00:15,1.39285,1.39312,1.39241,1.39277,1043', [33, 33, 33, 53, 53]],
    ['context 27/30: trend-order 12/12, trend-slope 6/6', [20, 20, 20, 29, 26]],
    ['中国人民银行维持利率不变', [9, 13, 9, 18, 12]],
    ['ЦБ сохранил ставку', [7, 10, 8, 7, 9]],
    ['BREAKING: XRP, SHIB & PEPE +300% 🚀🚀', [17, 20, 20, 29, 21]],
    ['', [0, 0, 0, 0, 0]],
  ] as const)('of %j is no less than any tokenizer counts', (text, counted) => {
    expect(tokensAtMost(text)).toBeGreaterThanOrEqual(Math.max(...counted));
  });

  it('is exact where every tokenizer in use can be as bad: a digit, a sign and a line break are one each', () => {
    expect(tokensAtMost('1.39285,\n')).toBe(9);
    expect(tokensAtMost('AB cd efg')).toBe(2 + 1 + 2);
    expect(tokensAtMost('a          b')).toBe(1 + 3 + 1);
    expect(tokensAtMost('é€🚀')).toBe(2 + 3 + 4);
  });
});

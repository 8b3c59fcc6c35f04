import { readMatcher } from './matcher-text.ts';

const read = (text: string) => {
  const outcome = readMatcher(text);
  return outcome.kind === 'matcher' ? outcome.matcher : outcome.because;
};

describe('a condition as people write it', () => {
  it.each([
    ['provider="kraken"', { label: 'provider', op: '=', value: 'kraken' }],
    ['  severity != info ', { label: 'severity', op: '!=', value: 'info' }],
    ['symbol=~EUR.*', { label: 'symbol', op: '=~', value: 'EUR.*' }],
    ['"scope" !~ "pair-.+"', { label: 'scope', op: '!~', value: 'pair-.+' }],
    ['a=', { label: 'a', op: '=', value: '' }],
    ['a=""', { label: 'a', op: '=', value: '' }],
    ['a="b=c"', { label: 'a', op: '=', value: 'b=c' }],
    [String.raw`a="she said \"hi\" \\ and\nleft"`, { label: 'a', op: '=', value: 'she said "hi" \\ and\nleft' }],
    [String.raw`a=~"\d+"`, { label: 'a', op: '=~', value: String.raw`\d+` }],
    [String.raw`a=b\"c`, { label: 'a', op: '=', value: 'b"c' }],
    ['a==~', { label: 'a', op: '=', value: '=~' }],
    ['a=~', { label: 'a', op: '=~', value: '' }],
  ])('reads %s', (text, matcher) => {
    expect(read(text)).toEqual(matcher);
  });

  it.each(['', 'provider', '=a', '1a=b', 'a-b=c', 'a="b', 'a=b"', 'a="b"c"'])('does not read %s', (text) => {
    expect(typeof read(text)).toBe('string');
  });

  it('says what is wrong with an expression', () => {
    expect(read('symbol=~"EUR("')).toMatch(/^The expression 'EUR\(' for symbol cannot be read/);
  });
});
